// Causal attention a tile of queries at a time, so that scores [T, T] are never stored. The work is cut
// into units, one per row of the batch and key head: a thread takes units first ... last-1.
import { dotProduct, exp4, sumLanes } from "./simd";
import { rowMax } from "./log_softmax";
import { toHalf } from "./half";
import { isNative, product } from "./product";

/**
 * Queries that are worked off together. Ours multiplies six rows at a time and wants the tile in the
 * cache; a library's product wants more rows. Smaller tiles waste less on keys that the mask hides.
 */
function tileRows(length: u32): u32 {
  return isNative() && length > 64 ? 64 : 48;
}

/** Float32 values of scratch that a thread needs for attention over `length` keys, either way. */
export function attentionScratch(length: u32): u32 {
  const rows = tileRows(length);
  return 3 * rows * tileStride(length) + rows; // two tiles, their copies in bfloat16, a number per row
}

/** Elements from one row of a tile to the next: whole vectors, so that none crosses a row's end. */
// @ts-ignore: decorator
@inline
function tileStride(columns: u32): u32 {
  return (columns + 3) & ~3;
}

/**
 * Causal attention. q and out [batch, queries, heads*headDim]; k and v [batch, stored,
 * kvHeads*headDim]; logSumExp [batch, heads, queries] is kept for the backward pass. With `half` q, k and
 * v are bfloat16, and so is what the products read of the tile.
 */
export function attentionForward(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  out: usize,
  logSumExp: usize,
  scratch: usize,
  half: bool,
  first: u32,
  last: u32,
  queries: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
): void {
  const width = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const group = heads / kvHeads;
  const past = length - queries;
  const most = tileRows(length);
  const narrow: usize = half ? 1 : 0; // bytes of what is bfloat16 are shifted by it
  const tileSize: usize = most * tileStride(length);
  const tileHalf = scratch + (tileSize << 2);
  const inverses = tileHalf + (tileSize << 1);
  for (let unit = first; unit < last; unit++) {
    const b = unit / kvHeads;
    const kvHead = unit % kvHeads;
    const start = load<u32>(starts + ((b as usize) << 2));
    const firstQuery = start > past ? min(start - past, queries) : 0;
    const rowsAt = (b as usize) * (queries as usize) * (width as usize) << 2;
    const keysAt = ((b as usize) * (stored as usize) + (start as usize)) * (kvWidth as usize) << 2;
    const kv = keysAt + ((kvHead * headDim as usize) << 2);
    for (let head = kvHead * group; head < (kvHead + 1) * group; head++) {
      const column = rowsAt + ((head * headDim as usize) << 2);
      const lse = logSumExp + (((b * heads + head) as usize) * (queries as usize) << 2);
      clearRows(out + column, firstQuery, headDim, width);
      memory.fill(lse, 0, (firstQuery as usize) << 2);
      for (let i = firstQuery; i < queries; i += most) {
        const rows = min(most, queries - i);
        const before = past + i - start;
        const columns = before + rows;
        const stride = tileStride(columns);
        const at = column + ((i as usize) * (width as usize) << 2);
        product(half, false, true, rows, columns, headDim, scale, q + (at >> narrow), width, k + (kv >> narrow), kvWidth, 0, scratch, stride);
        exponentiate(scratch, inverses, lse + ((i as usize) << 2), rows, columns, before);
        const tile = readable(scratch, tileHalf, rows * stride, half);
        product(half, false, false, rows, headDim, columns, 1, tile, stride, v + (kv >> narrow), kvWidth, 0, out + at, width);
        scaleRows(out + at, inverses, rows, headDim, width);
      }
    }
  }
}

/**
 * Gradient of {@link attentionForward}: recomputes the probabilities tile by tile. `factor` is dout as the
 * products read it: dout itself, or its bfloat16 copy.
 */
export function attentionBackward(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  out: usize,
  logSumExp: usize,
  dout: usize,
  factor: usize,
  dq: usize,
  dk: usize,
  dv: usize,
  scratch: usize,
  half: bool,
  first: u32,
  last: u32,
  queries: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
): void {
  const width = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const group = heads / kvHeads;
  const past = length - queries;
  const most = tileRows(length);
  const tileSize: usize = most * tileStride(length);
  const probs = scratch;
  const dprobs = scratch + (tileSize << 2);
  const narrow: usize = half ? 1 : 0;
  const probsHalf = dprobs + (tileSize << 2);
  const dprobsHalf = probsHalf + (tileSize << 1);
  const delta = dprobsHalf + (tileSize << 1);
  for (let unit = first; unit < last; unit++) {
    const b = unit / kvHeads;
    const kvHead = unit % kvHeads;
    const start = load<u32>(starts + ((b as usize) << 2));
    const firstQuery = start > past ? min(start - past, queries) : 0;
    const rowsAt = (b as usize) * (queries as usize) * (width as usize) << 2;
    const rowOfKeys = (b as usize) * (stored as usize) * (kvWidth as usize) << 2;
    const kv = rowOfKeys + ((start as usize) * (kvWidth as usize) << 2) + ((kvHead * headDim as usize) << 2);
    clearRows(dk + rowOfKeys + ((kvHead * headDim as usize) << 2), stored, headDim, kvWidth);
    clearRows(dv + rowOfKeys + ((kvHead * headDim as usize) << 2), stored, headDim, kvWidth);
    for (let head = kvHead * group; head < (kvHead + 1) * group; head++) {
      const column = rowsAt + ((head * headDim as usize) << 2);
      const lse = logSumExp + (((b * heads + head) as usize) * (queries as usize) << 2);
      clearRows(dq + column, firstQuery, headDim, width);
      for (let i = firstQuery; i < queries; i += most) {
        const rows = min(most, queries - i);
        const before = past + i - start;
        const columns = before + rows;
        const stride = tileStride(columns);
        const at = column + ((i as usize) * (width as usize) << 2);
        const atQ = q + (at >> narrow);
        const atK = k + (kv >> narrow);
        const atFactor = factor + (at >> narrow);
        product(half, false, true, rows, columns, headDim, scale, atQ, width, atK, kvWidth, 0, probs, stride);
        product(half, false, true, rows, columns, headDim, 1, atFactor, width, v + (kv >> narrow), kvWidth, 0, dprobs, stride);
        rowDots(dout + at, out + at, delta, rows, headDim, width);
        differentiate(probs, dprobs, lse + ((i as usize) << 2), delta, rows, columns, before);
        const p = readable(probs, probsHalf, rows * stride, half);
        const ds = readable(dprobs, dprobsHalf, rows * stride, half);
        product(half, true, false, columns, headDim, rows, 1, p, stride, atFactor, width, 1, dv + kv, kvWidth);
        product(half, true, false, columns, headDim, rows, scale, ds, stride, atQ, width, 1, dk + kv, kvWidth);
        product(half, false, false, rows, headDim, columns, scale, ds, stride, atK, kvWidth, 0, dq + at, width);
      }
    }
  }
}

/** A tile as products read it: itself, or its copy in bfloat16, which is made now. */
function readable(tile: usize, copy: usize, n: u32, half: bool): usize {
  if (!half) return tile;
  toHalf(tile, copy, n);
  return copy;
}

/** Zeros in `rows` rows of `width` elements that are `stride` elements apart. */
function clearRows(x: usize, rows: u32, width: u32, stride: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    memory.fill(x, 0, (width as usize) << 2);
    x += (stride as usize) << 2;
  }
}

/** Zeros in a row of a tile, from a multiple of 4 to its end. */
// @ts-ignore: decorator
@inline
function clearFrom(row: usize, from: u32, columns: u32): void {
  // So few are faster by a loop than by a call of memory.fill.
  for (let i = from; i < columns; i += 4) v128.store(row + ((i as usize) << 2), f32x4.splat(0));
}

const LANES = memory.data<u32>([0, 1, 2, 3], 16);

/** All bits in the first `count` lanes, none in the others. */
// @ts-ignore: decorator
@inline
function lanesBelow(count: u32): v128 {
  return i32x4.lt_u(v128.load(LANES), i32x4.splat(count));
}

/**
 * In place on a tile of scaled scores [rows, columns]: row r, whose first `first + r + 1` columns are
 * visible, becomes e^(score − max), zeros behind, and inverses[r] what makes it a softmax: the mixed
 * values are fewer to scale than the scores. logSumExp[r] is kept for the backward pass.
 */
function exponentiate(
  scores: usize,
  inverses: usize,
  logSumExp: usize,
  rows: u32,
  columns: u32,
  first: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const visible = min(first + row + 1, columns);
    const highest = rowMax(scores, visible);
    const highs = f32x4.splat(highest);
    let sums = f32x4.splat(0);
    let i: u32 = 0;
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
    clearFrom(scores, i, columns);
    store<f32>(logSumExp + ((row as usize) << 2), highest + Mathf.log(total));
    scores += (tileStride(columns) as usize) << 2;
  }
}

/**
 * Recomputes a tile's probabilities in place of its scaled scores, and turns the tile of dP = dO Vᵀ in
 * place into dS = P ∘ (dP − D), where D = Σ dO ∘ O per query.
 */
function differentiate(
  scores: usize,
  dprobs: usize,
  logSumExp: usize,
  delta: usize,
  rows: u32,
  columns: u32,
  first: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const visible = min(first + row + 1, columns);
    const lse = load<f32>(logSumExp + ((row as usize) << 2));
    const d = load<f32>(delta + ((row as usize) << 2));
    const lses = f32x4.splat(lse);
    const ds = f32x4.splat(d);
    let i: u32 = 0;
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
    clearFrom(scores, i, columns);
    clearFrom(dprobs, i, columns);
    scores += (tileStride(columns) as usize) << 2;
    dprobs += (tileStride(columns) as usize) << 2;
  }
}

/** Row r of `width` elements times factors[r]; rows are `stride` elements apart. */
function scaleRows(x: usize, factors: usize, rows: u32, width: u32, stride: u32): void {
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
function rowDots(
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
