// Scores of a query, or of two, against a block of keys whose columns lie among those of other heads.
import { dotProduct, exp1, exp4, sumLanes } from "./simd";
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
export function scoreKeys(
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

/** {@link scoreKeys} of two queries at once, so that each key is read once for both; headDim a multiple of 4. */
export function scoreKeysTwice(
  q: usize,
  other: usize,
  key: usize,
  stride: usize,
  scores: usize,
  otherScores: usize,
  count: u32,
  headDim: u32,
  scale: f32,
): void {
  const end = (headDim as usize) << 2;
  const four = stride << 2;
  const scales = f32x4.splat(scale);
  let s: u32 = 0;
  for (; s + 4 <= count; s += 4) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let a2 = f32x4.splat(0);
    let a3 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let b2 = f32x4.splat(0);
    let b3 = f32x4.splat(0);
    for (let i: usize = 0; i < end; i += 16) {
      const x = v128.load(q + i);
      const y = v128.load(other + i);
      let at = key + i;
      let column = v128.load(at);
      a0 = f32x4.relaxed_madd(x, column, a0);
      b0 = f32x4.relaxed_madd(y, column, b0);
      at += stride;
      column = v128.load(at);
      a1 = f32x4.relaxed_madd(x, column, a1);
      b1 = f32x4.relaxed_madd(y, column, b1);
      at += stride;
      column = v128.load(at);
      a2 = f32x4.relaxed_madd(x, column, a2);
      b2 = f32x4.relaxed_madd(y, column, b2);
      at += stride;
      column = v128.load(at);
      a3 = f32x4.relaxed_madd(x, column, a3);
      b3 = f32x4.relaxed_madd(y, column, b3);
    }
    const offset = (s as usize) << 2;
    v128.store(scores + offset, f32x4.mul(sumRows(a0, a1, a2, a3), scales));
    v128.store(otherScores + offset, f32x4.mul(sumRows(b0, b1, b2, b3), scales));
    key += four;
  }
  for (; s < count; s++) {
    const offset = (s as usize) << 2;
    store<f32>(scores + offset, dotProduct(q, key, headDim) * scale);
    store<f32>(otherScores + offset, dotProduct(other, key, headDim) * scale);
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
export function exponentiate(scores: usize, count: u32): f32 {
  const highest = rowMax(scores, count);
  const highs = f32x4.splat(highest);
  let sums = f32x4.splat(0);
  let s: u32 = 0;
  for (; s + 8 <= count; s += 8) {
    const p = scores + ((s as usize) << 2);
    const e0 = exp4(f32x4.sub(v128.load(p), highs));
    const e1 = exp4(f32x4.sub(v128.load(p, 16), highs));
    v128.store(p, e0);
    v128.store(p, e1, 16);
    sums = f32x4.add(sums, f32x4.add(e0, e1));
  }
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
