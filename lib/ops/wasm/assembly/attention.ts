// Causal attention a tile of queries at a time, so that scores [T, T] are never stored. The work is cut
// into units, one per row of the batch and key head: a thread takes units first ... last-1.
import { differentiate, exponentiate, rowDots, scaleRows, tileStride } from "./attention_tile";
import { toBfloat16 } from "./bfloat16";
import { isNative, product } from "./product";
import { transpose } from "./transpose";

/**
 * Queries that are worked off together. Ours multiplies six rows at a time and wants the tile in the
 * cache; a library's product wants more rows. Smaller tiles waste less on keys that the mask hides.
 */
function tileRows(length: u32): u32 {
  return isNative() && length > 64 ? 64 : 48;
}

/** Float32 values of scratch that a thread needs for attention over `length` keys, either way. */
export function attentionScratch(length: u32, headDim: u32): u32 {
  const rows = tileRows(length);
  // Two tiles, their copies in bfloat16, a number per row; a head's keys and values, transposed.
  return (3 * rows + 2 * headDim) * tileStride(length) + ((rows + 3) & ~3);
}

/**
 * Causal attention. q and out [batch, queries, heads*headDim]; k and v [batch, stored, kvHeads*headDim]; logSumExp
 * [batch, heads, queries] is kept for the backward pass. A query sees `window` keys at most, and none is worked on
 * that no query of a tile sees; scores are bounded by `cap` where that is not 0. With `bfloat16` q, k and v are
 * bfloat16, and so is what the products read of the tile. In float32 a head's keys are transposed first: the libraries
 * are faster by a sixth to a half then for so few columns.
 */
export function attentionForward(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  out: usize,
  logSumExp: usize,
  scratch: usize,
  bfloat16: bool,
  first: u32,
  last: u32,
  queries: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
  window: u32,
  cap: f32,
): void {
  const width = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const group = heads / kvHeads;
  const past = length - queries;
  const most = tileRows(length);
  const narrow: usize = bfloat16 ? 1 : 0; // bytes of what is bfloat16 are shifted by it
  const tileSize: usize = most * tileStride(length);
  const tileBfloat16 = scratch + (tileSize << 2);
  const inverses = tileBfloat16 + (tileSize << 1);
  const keysAcross = inverses + (((most + 3) & ~3) << 2);
  for (let unit = first; unit < last; unit++) {
    const b = unit / kvHeads;
    const kvHead = unit % kvHeads;
    const start = load<u32>(starts + ((b as usize) << 2));
    const firstQuery = start > past ? min(start - past, queries) : 0;
    const origin = firstKey(start, past + firstQuery, window);
    const rowsAt = (b as usize) * (queries as usize) * (width as usize) << 2;
    const keysAt = ((b as usize) * (stored as usize) + (origin as usize)) * (kvWidth as usize) << 2;
    const kv = keysAt + ((kvHead * headDim as usize) << 2);
    const keys = max(length, origin) - origin;
    if (!bfloat16) transpose(k + kv, kvWidth, keysAcross, keys, keys, headDim);
    for (let head = kvHead * group; head < (kvHead + 1) * group; head++) {
      const column = rowsAt + ((head * headDim as usize) << 2);
      const lse = logSumExp + (((b * heads + head) as usize) * (queries as usize) << 2);
      clearRows(out + column, firstQuery, headDim, width);
      memory.fill(lse, 0, (firstQuery as usize) << 2);
      for (let i = firstQuery; i < queries; i += most) {
        const rows = min(most, queries - i);
        const seen = firstKey(start, past + i, window);
        const before = past + i - seen;
        const columns = before + rows;
        const stride = tileStride(columns);
        const at = column + ((i as usize) * (width as usize) << 2);
        const across = (seen - origin as usize) << 2;
        const seenAt = kv + across * (kvWidth as usize);
        if (bfloat16) product(true, false, true, rows, columns, headDim, scale, q + (at >> 1), width, k + (seenAt >> 1), kvWidth, 0, scratch, stride);
        else product(false, false, false, rows, columns, headDim, scale, q + at, width, keysAcross + across, keys, 0, scratch, stride);
        exponentiate(scratch, inverses, lse + ((i as usize) << 2), rows, columns, before, window, cap);
        const tile = readable(scratch, tileBfloat16, rows * stride, bfloat16);
        product(bfloat16, false, false, rows, headDim, columns, 1, tile, stride, v + (seenAt >> narrow), kvWidth, 0, out + at, width);
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
  bfloat16: bool,
  first: u32,
  last: u32,
  queries: u32,
  stored: u32,
  length: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
  window: u32,
  cap: f32,
): void {
  const width = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const group = heads / kvHeads;
  const past = length - queries;
  const most = tileRows(length);
  const tileSize: usize = most * tileStride(length);
  const probs = scratch;
  const dprobs = scratch + (tileSize << 2);
  const narrow: usize = bfloat16 ? 1 : 0;
  const probsBfloat16 = dprobs + (tileSize << 2);
  const dprobsBfloat16 = probsBfloat16 + (tileSize << 1);
  const delta = dprobsBfloat16 + (tileSize << 1);
  const keysAcross = delta + (((most + 3) & ~3) << 2);
  const valuesAcross = keysAcross + ((headDim * tileStride(length) as usize) << 2);
  for (let unit = first; unit < last; unit++) {
    const b = unit / kvHeads;
    const kvHead = unit % kvHeads;
    const start = load<u32>(starts + ((b as usize) << 2));
    const firstQuery = start > past ? min(start - past, queries) : 0;
    const rowsAt = (b as usize) * (queries as usize) * (width as usize) << 2;
    const rowOfKeys = (b as usize) * (stored as usize) * (kvWidth as usize) << 2;
    const origin = firstKey(start, past + firstQuery, window);
    const kv = rowOfKeys + ((origin as usize) * (kvWidth as usize) << 2) + ((kvHead * headDim as usize) << 2);
    const keys = max(length, origin) - origin;
    if (!bfloat16) {
      transpose(k + kv, kvWidth, keysAcross, keys, keys, headDim);
      transpose(v + kv, kvWidth, valuesAcross, keys, keys, headDim);
    }
    clearRows(dk + rowOfKeys + ((kvHead * headDim as usize) << 2), stored, headDim, kvWidth);
    clearRows(dv + rowOfKeys + ((kvHead * headDim as usize) << 2), stored, headDim, kvWidth);
    for (let head = kvHead * group; head < (kvHead + 1) * group; head++) {
      const column = rowsAt + ((head * headDim as usize) << 2);
      const lse = logSumExp + (((b * heads + head) as usize) * (queries as usize) << 2);
      clearRows(dq + column, firstQuery, headDim, width);
      for (let i = firstQuery; i < queries; i += most) {
        const rows = min(most, queries - i);
        const seen = firstKey(start, past + i, window);
        const before = past + i - seen;
        const columns = before + rows;
        const stride = tileStride(columns);
        const at = column + ((i as usize) * (width as usize) << 2);
        const across = (seen - origin as usize) << 2;
        const seenAt = kv + across * (kvWidth as usize);
        const atQ = q + (at >> narrow);
        const atK = k + (seenAt >> narrow);
        const atFactor = factor + (at >> narrow);
        if (bfloat16) {
          product(true, false, true, rows, columns, headDim, scale, atQ, width, atK, kvWidth, 0, probs, stride);
          product(true, false, true, rows, columns, headDim, 1, atFactor, width, v + (seenAt >> 1), kvWidth, 0, dprobs, stride);
        } else {
          product(false, false, false, rows, columns, headDim, scale, atQ, width, keysAcross + across, keys, 0, probs, stride);
          product(false, false, false, rows, columns, headDim, 1, atFactor, width, valuesAcross + across, keys, 0, dprobs, stride);
        }
        rowDots(dout + at, out + at, delta, rows, headDim, width);
        differentiate(probs, dprobs, lse + ((i as usize) << 2), delta, rows, columns, before, window, cap);
        const p = readable(probs, probsBfloat16, rows * stride, bfloat16);
        const ds = readable(dprobs, dprobsBfloat16, rows * stride, bfloat16);
        product(bfloat16, true, false, columns, headDim, rows, 1, p, stride, atFactor, width, 1, dv + seenAt, kvWidth);
        product(bfloat16, true, false, columns, headDim, rows, scale, ds, stride, atQ, width, 1, dk + seenAt, kvWidth);
        product(bfloat16, false, false, rows, headDim, columns, scale, ds, stride, atK, kvWidth, 0, dq + at, width);
      }
    }
  }
}

/** The first key that a query at this position sees, of a row that begins at `start`. */
// @ts-ignore: decorator
@inline
function firstKey(start: u32, position: u32, window: u32): u32 {
  return max(start, max(position + 1, window) - window);
}

/** A tile as products read it: itself, or its copy in bfloat16, which is made now. */
function readable(tile: usize, copy: usize, n: u32, bfloat16: bool): usize {
  if (!bfloat16) return tile;
  toBfloat16(tile, copy, n);
  return copy;
}

/** Zeros in `rows` rows of `width` elements that are `stride` elements apart. */
function clearRows(x: usize, rows: u32, width: u32, stride: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    memory.fill(x, 0, (width as usize) << 2);
    x += (stride as usize) << 2;
  }
}
