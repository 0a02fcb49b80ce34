// Attention of one query per row of the batch over a cache of keys and values.
import { dotProduct, exp1, exp4, sumLanes } from "./simd";
import { scratchTile } from "./layout";
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
  const whole = headDim & ~3;
  let s: u32 = 0;
  // Four keys at a time: four chains of additions hide their latency.
  for (; s + 4 <= count; s += 4) {
    const key1 = key + stride;
    const key2 = key1 + stride;
    const key3 = key2 + stride;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let i: u32 = 0;
    for (; i < whole; i += 4) {
      const at = (i as usize) << 2;
      const x = v128.load(q + at);
      s0 = f32x4.relaxed_madd(x, v128.load(key + at), s0);
      s1 = f32x4.relaxed_madd(x, v128.load(key1 + at), s1);
      s2 = f32x4.relaxed_madd(x, v128.load(key2 + at), s2);
      s3 = f32x4.relaxed_madd(x, v128.load(key3 + at), s3);
    }
    let sums = sumRows(s0, s1, s2, s3);
    for (; i < headDim; i++) {
      const at = (i as usize) << 2;
      let column = f32x4.splat(load<f32>(key + at));
      column = f32x4.replace_lane(column, 1, load<f32>(key1 + at));
      column = f32x4.replace_lane(column, 2, load<f32>(key2 + at));
      column = f32x4.replace_lane(column, 3, load<f32>(key3 + at));
      sums = f32x4.relaxed_madd(v128.load_splat<f32>(q + at), column, sums);
    }
    v128.store(scores + ((s as usize) << 2), f32x4.mul(sums, f32x4.splat(scale)));
    key = key3 + stride;
  }
  for (; s < count; s++) {
    store<f32>(scores + ((s as usize) << 2), dotProduct(q, key, headDim) * scale);
    key += stride;
  }
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
    for (let head: u32 = 0; count > 0 && head < heads; head++) {
      // The weights are few against the values: they are made to add up to 1 before the mixing.
      const weights = scores + (head as usize) * scoreRow;
      const factor: f32 = 1 / exponentiate(weights, count);
      for (let s: u32 = 0; s < count; s++) {
        const p = weights + ((s as usize) << 2);
        store<f32>(p, load<f32>(p) * factor);
      }
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
    q += rowBytes;
    out += rowBytes;
  }
}
