// Attention of one query per row of the batch over a cache of keys and values.
import { affine } from "./elementwise";
import { dotProduct, exp1, exp4, sumLanes } from "./simd";
import { scratchA, scratchTile } from "./layout";

import { rowMax } from "./log_softmax";

// @ts-ignore: decorator
@inline
function sumRows(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const ab = f32x4.add(ab0, ab1); // a02 b02 a13 b13
  const cd = f32x4.add(cd0, cd1);
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
}

// Bytes of keys or values that are worked off together. They stay in the second-level cache while one
// head after the other picks its columns from them.
// @ts-ignore: decorator
@inline const BLOCK_BYTES: u32 = 32768;

/**
 * Reads a value of each cache line, in order: as fast as memory goes, which the columns of one head,
 * far apart from row to row, are not. The result only keeps the compiler from dropping the loads.
 */
function touch(from: usize, bytes: usize): void {
  let seen: u32 = 0;
  const end = from + bytes;
  for (let p = from; p < end; p += 64) seen |= load<u32>(p);
  store<u32>(scratchTile(), seen);
}

/** Adds the product of 16 columns of a query with those of a key. */
// @ts-ignore: decorator
@inline
function addColumns(sum: v128, x0: v128, x1: v128, x2: v128, x3: v128, key: usize): v128 {
  sum = f32x4.relaxed_madd(x0, v128.load(key), sum);
  sum = f32x4.relaxed_madd(x1, v128.load(key, 16), sum);
  sum = f32x4.relaxed_madd(x2, v128.load(key, 32), sum);
  return f32x4.relaxed_madd(x3, v128.load(key, 48), sum);
}

/** scores[s] = scale · q · key[s] for keys that are `stride` bytes apart. */
function scoreKeys(
  q: usize,
  key: usize,
  stride: usize,
  scores: usize,
  count: u32,
  headDim: u32,
  scale: f32,
): void {
  const whole = ((headDim & ~15) as usize) << 2;
  const end = (headDim as usize) << 2;
  const eight = stride << 3;
  const scales = f32x4.splat(scale);
  let s: u32 = 0;
  // Eight keys at a time: eight chains of additions hide their latency.
  for (; s + 8 <= count; s += 8) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    let s6 = f32x4.splat(0);
    let s7 = f32x4.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 64) {
      const x0 = v128.load(q + i);
      const x1 = v128.load(q + i, 16);
      const x2 = v128.load(q + i, 32);
      const x3 = v128.load(q + i, 48);
      let at = key + i;
      s0 = addColumns(s0, x0, x1, x2, x3, at);
      at += stride;
      s1 = addColumns(s1, x0, x1, x2, x3, at);
      at += stride;
      s2 = addColumns(s2, x0, x1, x2, x3, at);
      at += stride;
      s3 = addColumns(s3, x0, x1, x2, x3, at);
      at += stride;
      s4 = addColumns(s4, x0, x1, x2, x3, at);
      at += stride;
      s5 = addColumns(s5, x0, x1, x2, x3, at);
      at += stride;
      s6 = addColumns(s6, x0, x1, x2, x3, at);
      at += stride;
      s7 = addColumns(s7, x0, x1, x2, x3, at);
    }
    let low = sumRows(s0, s1, s2, s3);
    let high = sumRows(s4, s5, s6, s7);
    for (; i < end; i += 4) {
      const x = v128.load_splat<f32>(q + i);
      let at = key + i;
      low = f32x4.relaxed_madd(x, column(at, stride), low);
      at += stride << 2;
      high = f32x4.relaxed_madd(x, column(at, stride), high);
    }
    const p = scores + ((s as usize) << 2);
    v128.store(p, f32x4.mul(low, scales));
    v128.store(p, f32x4.mul(high, scales), 16);
    key += eight;
  }
  for (; s < count; s++) {
    store<f32>(scores + ((s as usize) << 2), dotProduct(q, key, headDim) * scale);
    key += stride;
  }
}

/** One element of each of four keys. */
// @ts-ignore: decorator
@inline
function column(at: usize, stride: usize): v128 {
  const second = at + stride;
  const third = second + stride;
  let x = f32x4.splat(load<f32>(at));
  x = f32x4.replace_lane(x, 1, load<f32>(second));
  x = f32x4.replace_lane(x, 2, load<f32>(third));
  return f32x4.replace_lane(x, 3, load<f32>(third + stride));
}

/** scores ← e^(scores − max); returns their sum. */
function exponentiate(scores: usize, count: u32): f32 {
  const highest = rowMax(scores, count);
  const highs = f32x4.splat(highest);
  let sums = f32x4.splat(0);
  let s: u32 = 0;
  for (; s + 4 <= count; s += 4) {
    const p = scores + ((s as usize) << 2);
    const e = exp4(f32x4.sub(v128.load(p), highs));
    v128.store(p, e);
    sums = f32x4.add(sums, e);
  }
  let total = sumLanes(sums);
  for (; s < count; s++) {
    const p = scores + ((s as usize) << 2);
    const e = exp1(load<f32>(p) - highest);
    store<f32>(p, e);
    total += e;
  }
  return total;
}

/** out += Σ weights[s] · value[s] over `count` values, `stride` bytes apart. */
function mixBlock(
  weights: usize,
  values: usize,
  stride: usize,
  out: usize,
  count: u32,
  headDim: u32,
): void {
  const end = weights + ((count as usize) << 2);
  let i: u32 = 0;
  for (; i + 32 <= headDim; i += 32) {
    const at = (i as usize) << 2;
    let value = values + at;
    let s0 = v128.load(out + at);
    let s1 = v128.load(out + at, 16);
    let s2 = v128.load(out + at, 32);
    let s3 = v128.load(out + at, 48);
    let s4 = v128.load(out + at, 64);
    let s5 = v128.load(out + at, 80);
    let s6 = v128.load(out + at, 96);
    let s7 = v128.load(out + at, 112);
    for (let p = weights; p != end; p += 4) {
      const weight = v128.load_splat<f32>(p);
      s0 = f32x4.relaxed_madd(weight, v128.load(value), s0);
      s1 = f32x4.relaxed_madd(weight, v128.load(value, 16), s1);
      s2 = f32x4.relaxed_madd(weight, v128.load(value, 32), s2);
      s3 = f32x4.relaxed_madd(weight, v128.load(value, 48), s3);
      s4 = f32x4.relaxed_madd(weight, v128.load(value, 64), s4);
      s5 = f32x4.relaxed_madd(weight, v128.load(value, 80), s5);
      s6 = f32x4.relaxed_madd(weight, v128.load(value, 96), s6);
      s7 = f32x4.relaxed_madd(weight, v128.load(value, 112), s7);
      value += stride;
    }
    v128.store(out + at, s0);
    v128.store(out + at, s1, 16);
    v128.store(out + at, s2, 32);
    v128.store(out + at, s3, 48);
    v128.store(out + at, s4, 64);
    v128.store(out + at, s5, 80);
    v128.store(out + at, s6, 96);
    v128.store(out + at, s7, 112);
  }
  for (; i + 16 <= headDim; i += 16) {
    const at = (i as usize) << 2;
    let value = values + at;
    let s0 = v128.load(out + at);
    let s1 = v128.load(out + at, 16);
    let s2 = v128.load(out + at, 32);
    let s3 = v128.load(out + at, 48);
    for (let p = weights; p != end; p += 4) {
      const weight = v128.load_splat<f32>(p);
      s0 = f32x4.relaxed_madd(weight, v128.load(value), s0);
      s1 = f32x4.relaxed_madd(weight, v128.load(value, 16), s1);
      s2 = f32x4.relaxed_madd(weight, v128.load(value, 32), s2);
      s3 = f32x4.relaxed_madd(weight, v128.load(value, 48), s3);
      value += stride;
    }
    v128.store(out + at, s0);
    v128.store(out + at, s1, 16);
    v128.store(out + at, s2, 32);
    v128.store(out + at, s3, 48);
  }
  for (; i < headDim; i++) {
    const at = (i as usize) << 2;
    let value = values + at;
    let sum = load<f32>(out + at);
    for (let p = weights; p != end; p += 4) {
      sum += load<f32>(p) * load<f32>(value);
      value += stride;
    }
    store<f32>(out + at, sum);
  }
}

/**
 * q and out [batch, heads*headDim]; k and v [batch, stored, kvHeads*headDim], of which positions
 * starts[b] … length−1 are read. Rows first … last−1 of the batch are worked off. `scores` is scratch
 * for `length` numbers per head. What limits this kernel is memory.
 */
export function attentionDecode(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  out: usize,
  scores: usize,
  first: u32,
  last: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
): void {
  const headBytes = (headDim as usize) << 2;
  const rowBytes = (heads as usize) * headBytes;
  const kvRow = (kvHeads as usize) * headBytes;
  const scoreRow = (length as usize) << 2;
  const sums = scratchA();
  const group = heads / kvHeads;
  const block = max(4, (BLOCK_BYTES / kvRow) as u32);
  q += (first as usize) * rowBytes;
  out += (first as usize) * rowBytes;
  for (let b = first; b < last; b++) {
    const start = load<u32>(starts + ((b as usize) << 2));
    const keysAt = ((b as usize) * (stored as usize) + (start as usize)) * kvRow;
    memory.fill(out, 0, rowBytes);
    const count = start < length ? length - start : 0;
    for (let s: u32 = 0; s < count; s += block) {
      const keys = k + keysAt + (s as usize) * kvRow;
      const now = min(block, count - s);
      touch(keys, (now as usize) * kvRow);
      for (let head: u32 = 0; head < heads; head++) {
        scoreKeys(
          q + (head as usize) * headBytes,
          keys + ((head / group) as usize) * headBytes,
          kvRow,
          scores + (head as usize) * scoreRow + ((s as usize) << 2),
          now,
          headDim,
          scale,
        );
      }
    }
    for (let head: u32 = 0; head < heads; head++) {
      const weights = scores + (head as usize) * scoreRow;
      store<f32>(sums + ((head as usize) << 2), count > 0 ? exponentiate(weights, count) : 1);
    }
    for (let s: u32 = 0; s < count; s += block) {
      const values = v + keysAt + (s as usize) * kvRow;
      const now = min(block, count - s);
      touch(values, (now as usize) * kvRow);
      for (let head: u32 = 0; head < heads; head++) {
        mixBlock(
          scores + (head as usize) * scoreRow + ((s as usize) << 2),
          values + ((head / group) as usize) * headBytes,
          kvRow,
          out + (head as usize) * headBytes,
          now,
          headDim,
        );
      }
    }
    for (let head: u32 = 0; head < heads; head++) {
      const at = out + (head as usize) * headBytes;
      affine(at, 1 / load<f32>(sums + ((head as usize) << 2)), 0, at, headDim);
    }
    q += rowBytes;
    out += rowBytes;
  }
}
