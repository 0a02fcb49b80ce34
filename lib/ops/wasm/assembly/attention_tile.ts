// What attention does to a tile of scores, one row per query, between its products.
import { rowMax } from "./log_softmax";
import { dotProduct, exp4, sumLanes } from "./simd";
import { softCap, softCapBackward } from "./soft_cap";

/** Elements from one row of a tile to the next: whole vectors, so that none crosses a row's end. */
// @ts-ignore: decorator
@inline
export function tileStride(columns: u32): u32 {
  return (columns + 3) & ~3;
}

/** Zeros in a row of a tile, from one multiple of 4 to the vector that holds the last column. */
// @ts-ignore: decorator
@inline
function clear(row: usize, from: u32, to: u32): void {
  // So few are faster by a loop than by a call of memory.fill.
  for (let i = from; i < to; i += 4) v128.store(row + ((i as usize) << 2), f32x4.splat(0));
}

/** First of `visible` columns that a window of so many reaches. */
// @ts-ignore: decorator
@inline
function firstWithin(visible: u32, window: u32): u32 {
  return max(visible, window) - window;
}

/** Makes scores in front of the first that is seen such that e^score is 0, from a multiple of 4 on. */
// @ts-ignore: decorator
@inline
function hide(row: usize, from: u32, first: u32): void {
  for (let i = from; i < first; i++) store<f32>(row + ((i as usize) << 2), -Infinity);
}

const LANES = memory.data<u32>([0, 1, 2, 3], 16);

/** All bits in the first `count` lanes, none in the others. */
// @ts-ignore: decorator
@inline
function lanesBelow(count: u32): v128 {
  return i32x4.lt_u(v128.load(LANES), i32x4.splat(count));
}

/**
 * In place on a tile of scaled scores [rows, columns]: row r, which sees the last `window` of its first
 * `first + r + 1` columns, becomes e^(score − max), zeros elsewhere, and inverses[r] what makes it a softmax: the
 * mixed values are fewer to scale than the scores. Scores are bounded by `cap` where that is not 0.
 * logSumExp[r] is kept for the backward pass.
 */
export function exponentiate(
  scores: usize,
  inverses: usize,
  logSumExp: usize,
  rows: u32,
  columns: u32,
  first: u32,
  window: u32,
  cap: f32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const visible = min(first + row + 1, columns);
    const from = firstWithin(visible, window);
    let i = from & ~3;
    const begin = scores + ((i as usize) << 2);
    if (cap > 0) softCap(begin, begin, visible - i, cap);
    hide(scores, i, from);
    const highest = rowMax(begin, visible - i);
    const highs = f32x4.splat(highest);
    let sums = f32x4.splat(0);
    clear(scores, 0, i);
    for (; i + 8 <= visible; i += 8) {
      const p = scores + ((i as usize) << 2);
      const e0 = exp4(f32x4.sub(v128.load(p), highs));
      const e1 = exp4(f32x4.sub(v128.load(p, 16), highs));
      v128.store(p, e0);
      v128.store(p, e1, 16);
      sums = f32x4.add(sums, f32x4.add(e0, e1));
    }
    for (; i < visible; i += 4) {
      const p = scores + ((i as usize) << 2);
      const e = v128.and(exp4(f32x4.sub(v128.load(p), highs)), lanesBelow(visible - i));
      v128.store(p, e);
      sums = f32x4.add(sums, e);
    }
    const total = sumLanes(sums);
    store<f32>(inverses + ((row as usize) << 2), 1 / total);
    clear(scores, i, columns);
    store<f32>(logSumExp + ((row as usize) << 2), highest + Mathf.log(total));
    scores += (tileStride(columns) as usize) << 2;
  }
}

/**
 * Recomputes a tile's probabilities in place of its scaled scores, and turns the tile of dP = dO Vᵀ in
 * place into dS = P ∘ (dP − D), where D = Σ dO ∘ O per query, times the slope of what bounds the scores;
 * see {@link exponentiate}.
 */
export function differentiate(
  scores: usize,
  dprobs: usize,
  logSumExp: usize,
  delta: usize,
  rows: u32,
  columns: u32,
  first: u32,
  window: u32,
  cap: f32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const visible = min(first + row + 1, columns);
    const from = firstWithin(visible, window);
    let i = from & ~3;
    const begin = (i as usize) << 2;
    const lse = load<f32>(logSumExp + ((row as usize) << 2));
    let d = load<f32>(delta + ((row as usize) << 2));
    if (cap > 0) {
      softCap(scores + begin, scores + begin, visible - i, cap);
      softCapBackward(scores + begin, dprobs + begin, dprobs + begin, visible - i, cap, d);
      d = 0; // taken off before the slope was multiplied by
    }
    hide(scores, i, from);
    const lses = f32x4.splat(lse);
    const ds = f32x4.splat(d);
    clear(scores, 0, i);
    clear(dprobs, 0, i);
    for (; i + 8 <= visible; i += 8) {
      const at = (i as usize) << 2;
      const dp0 = f32x4.sub(v128.load(dprobs + at), ds);
      const dp1 = f32x4.sub(v128.load(dprobs + at, 16), ds);
      const p0 = exp4(f32x4.sub(v128.load(scores + at), lses));
      const p1 = exp4(f32x4.sub(v128.load(scores + at, 16), lses));
      v128.store(scores + at, p0);
      v128.store(scores + at, p1, 16);
      v128.store(dprobs + at, f32x4.mul(p0, dp0));
      v128.store(dprobs + at, f32x4.mul(p1, dp1), 16);
    }
    for (; i < visible; i += 4) {
      const at = (i as usize) << 2;
      const dp = f32x4.sub(v128.load(dprobs + at), ds);
      const seen = lanesBelow(visible - i);
      const p = exp4(f32x4.sub(v128.load(scores + at), lses));
      v128.store(scores + at, v128.and(p, seen));
      v128.store(dprobs + at, v128.and(f32x4.mul(p, dp), seen));
    }
    clear(scores, i, columns);
    clear(dprobs, i, columns);
    scores += (tileStride(columns) as usize) << 2;
    dprobs += (tileStride(columns) as usize) << 2;
  }
}

/** Row r of `width` elements times factors[r]; rows are `stride` elements apart. */
export function scaleRows(x: usize, factors: usize, rows: u32, width: u32, stride: u32): void {
  const whole = width & ~3;
  for (let row: u32 = 0; row < rows; row++) {
    const factor = load<f32>(factors + ((row as usize) << 2));
    const factor4 = f32x4.splat(factor);
    let i: u32 = 0;
    for (; i < whole; i += 4) {
      const p = x + ((i as usize) << 2);
      v128.store(p, f32x4.mul(v128.load(p), factor4));
    }
    for (; i < width; i++) {
      const p = x + ((i as usize) << 2);
      store<f32>(p, load<f32>(p) * factor);
    }
    x += (stride as usize) << 2;
  }
}

/** out[r] = Σ a ∘ b over `width` columns of rows that are `stride` elements apart. */
export function rowDots(
  a: usize,
  b: usize,
  out: usize,
  rows: u32,
  width: u32,
  stride: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<f32>(out + ((row as usize) << 2), dotProduct(a, b, width));
    a += (stride as usize) << 2;
    b += (stride as usize) << 2;
  }
}
