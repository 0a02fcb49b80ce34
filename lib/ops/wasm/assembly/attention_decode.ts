// Attention of one query per row of the batch over a cache of keys and values.
import { exp1, exp4, sumLanes } from "./simd";
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
    let sums = f32x4.splat(0);
    let i: u32 = 0;
    for (; i < whole; i += 4) {
      const at = (i as usize) << 2;
      sums = f32x4.relaxed_madd(v128.load(q + at), v128.load(key + at), sums);
    }
    let total = sumLanes(sums);
    for (; i < headDim; i++) {
      const at = (i as usize) << 2;
      total += load<f32>(q + at) * load<f32>(key + at);
    }
    store<f32>(scores + ((s as usize) << 2), total * scale);
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

/** out = factor · Σ scores[s] · value[s]. */
function mixValues(
  scores: usize,
  values: usize,
  stride: usize,
  out: usize,
  count: u32,
  headDim: u32,
  factor: f32,
): void {
  const factors = f32x4.splat(factor);
  const end = scores + ((count as usize) << 2);
  let i: u32 = 0;
  for (; i + 16 <= headDim; i += 16) {
    const at = (i as usize) << 2;
    let value = values + at;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let p = scores; p != end; p += 4) {
      const weight = v128.load_splat<f32>(p);
      s0 = f32x4.relaxed_madd(weight, v128.load(value), s0);
      s1 = f32x4.relaxed_madd(weight, v128.load(value, 16), s1);
      s2 = f32x4.relaxed_madd(weight, v128.load(value, 32), s2);
      s3 = f32x4.relaxed_madd(weight, v128.load(value, 48), s3);
      value += stride;
    }
    v128.store(out + at, f32x4.mul(s0, factors));
    v128.store(out + at, f32x4.mul(s1, factors), 16);
    v128.store(out + at, f32x4.mul(s2, factors), 32);
    v128.store(out + at, f32x4.mul(s3, factors), 48);
  }
  for (; i < headDim; i++) {
    const at = (i as usize) << 2;
    let value = values + at;
    let sum: f32 = 0;
    for (let p = scores; p != end; p += 4) {
      sum += load<f32>(p) * load<f32>(value);
      value += stride;
    }
    store<f32>(out + at, sum * factor);
  }
}

/**
 * q and out [batch, heads*headDim]; k and v [batch, stored, kvHeads*headDim], of which positions
 * starts[b] … length−1 are read. `scores` is scratch for `length` numbers.
 */
export function attentionDecode(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  out: usize,
  scores: usize,
  batch: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
): void {
  const headBytes = (headDim as usize) << 2;
  const kvRow = (kvHeads as usize) * headBytes;
  const group = heads / kvHeads;
  for (let b: u32 = 0; b < batch; b++) {
    const start = load<u32>(starts + ((b as usize) << 2));
    const keysAt = ((b as usize) * (stored as usize) + (start as usize)) * kvRow;
    for (let head: u32 = 0; head < heads; head++) {
      if (start >= length) {
        memory.fill(out, 0, headBytes);
      } else {
        const kv = keysAt + ((head / group) as usize) * headBytes;
        const count = length - start;
        scoreKeys(q, k + kv, kvRow, scores, count, headDim, scale);
        const total = exponentiate(scores, count);
        mixValues(scores, v + kv, kvRow, out, count, headDim, 1 / total);
      }
      q += headBytes;
      out += headBytes;
    }
  }
}
