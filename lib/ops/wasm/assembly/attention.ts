// Causal attention a tile of queries at a time, so that scores [T, T] are never stored. The work is cut
// into units, one per row of the batch and key head: a thread takes units first ... last-1.
import { dotProduct, exp1, exp4, sumLanes } from "./simd";
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
  return 3 * rows * length + rows; // two tiles, their copies in bfloat16, and a number per row
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
  const tileHalf = scratch + ((most * length as usize) << 2);
  const inverses = tileHalf + ((most * length as usize) << 1);
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
        const at = column + ((i as usize) * (width as usize) << 2);
        product(half, false, true, rows, columns, headDim, scale, q + (at >> narrow), width, k + (kv >> narrow), kvWidth, 0, scratch, columns);
        exponentiate(scratch, inverses, lse + ((i as usize) << 2), rows, columns, before);
        const tile = readable(scratch, tileHalf, rows * columns, half);
        product(half, false, false, rows, headDim, columns, 1, tile, columns, v + (kv >> narrow), kvWidth, 0, out + at, width);
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
  const probs = scratch;
  const dprobs = scratch + ((most * length as usize) << 2);
  const narrow: usize = half ? 1 : 0;
  const probsHalf = dprobs + ((most * length as usize) << 2);
  const dprobsHalf = probsHalf + ((most * length as usize) << 1);
  const delta = dprobsHalf + ((most * length as usize) << 1);
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
        const at = column + ((i as usize) * (width as usize) << 2);
        const atQ = q + (at >> narrow);
        const atK = k + (kv >> narrow);
        const atFactor = factor + (at >> narrow);
        product(half, false, true, rows, columns, headDim, scale, atQ, width, atK, kvWidth, 0, probs, columns);
        product(half, false, true, rows, columns, headDim, 1, atFactor, width, v + (kv >> narrow), kvWidth, 0, dprobs, columns);
        rowDots(dout + at, out + at, delta, rows, headDim, width);
        differentiate(probs, dprobs, lse + ((i as usize) << 2), delta, rows, columns, before);
        const p = readable(probs, probsHalf, rows * columns, half);
        const ds = readable(dprobs, dprobsHalf, rows * columns, half);
        product(half, true, false, columns, headDim, rows, 1, p, columns, atFactor, width, 1, dv + kv, kvWidth);
        product(half, true, false, columns, headDim, rows, scale, ds, columns, atQ, width, 1, dk + kv, kvWidth);
        product(half, false, false, rows, headDim, columns, scale, ds, columns, atK, kvWidth, 0, dq + at, width);
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
    const whole = visible & ~3;
    const highest = rowMax(scores, visible);
    const highs = f32x4.splat(highest);
    let sums = f32x4.splat(0);
    let i: u32 = 0;
    for (; i < whole; i += 4) {
      const p = scores + ((i as usize) << 2);
      const e = exp4(f32x4.sub(v128.load(p), highs));
      v128.store(p, e);
      sums = f32x4.add(sums, e);
    }
    let total = sumLanes(sums);
    for (; i < visible; i++) {
      const p = scores + ((i as usize) << 2);
      const e = exp1(load<f32>(p) - highest);
      store<f32>(p, e);
      total += e;
    }
    store<f32>(inverses + ((row as usize) << 2), 1 / total);
    memory.fill(
      scores + ((visible as usize) << 2),
      0,
      ((columns - visible) as usize) << 2,
    );
    store<f32>(logSumExp + ((row as usize) << 2), highest + Mathf.log(total));
    scores += (columns as usize) << 2;
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
    const whole = visible & ~3;
    const lse = load<f32>(logSumExp + ((row as usize) << 2));
    const d = load<f32>(delta + ((row as usize) << 2));
    const lses = f32x4.splat(lse);
    const ds = f32x4.splat(d);
    let i: u32 = 0;
    for (; i < whole; i += 4) {
      const at = (i as usize) << 2;
      const p = exp4(f32x4.sub(v128.load(scores + at), lses));
      v128.store(scores + at, p);
      v128.store(dprobs + at, f32x4.mul(p, f32x4.sub(v128.load(dprobs + at), ds)));
    }
    for (; i < visible; i++) {
      const at = (i as usize) << 2;
      const p = exp1(load<f32>(scores + at) - lse);
      store<f32>(scores + at, p);
      store<f32>(dprobs + at, p * (load<f32>(dprobs + at) - d));
    }
    const rest = ((columns - visible) as usize) << 2;
    memory.fill(scores + ((visible as usize) << 2), 0, rest);
    memory.fill(dprobs + ((visible as usize) << 2), 0, rest);
    scores += (columns as usize) << 2;
    dprobs += (columns as usize) << 2;
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
