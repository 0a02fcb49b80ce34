// Attention of single queries, each over the positions of a row of the cache up to its own.
import { mixBlock, mixBlockTwice } from "./attention_mix";
import { exponentiate, scoreKeys, scoreKeysTwice } from "./attention_scores";
import { affine } from "./elementwise";
import { scratchA, scratchTile } from "./layout";
import { softCap } from "./soft_cap";

// Bytes of keys or values that are worked off together. They stay in the second-level cache while one
// head after the other picks its columns from them.
// @ts-ignore: decorator
@inline const BLOCK_BYTES: u32 = 32768;

/** Most queries of a row that are worked off together, while a block is at hand. */
// @ts-ignore: decorator
@inline const SCORED_TOGETHER: u32 = 8;

/** Float32 values of scratch that a thread needs for attention over `length` positions. */
export function cachedAttentionScratch(length: u32, heads: u32): u32 {
  return SCORED_TOGETHER * heads * length;
}

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

/**
 * q and out [n, heads*headDim]; k and v [batch, stored, kvHeads*headDim]. Query i reads row slots[2i], the last
 * `window` of the positions starts[i] … slots[2i+1]; scores are bounded by `cap` where that is not 0. Queries first …
 * last−1 are worked off, neighbours that stand one behind the other in a row together. `scores` is scratch, see {@link
 * cachedAttentionScratch}. What limits this kernel is memory.
 */
export function cachedAttention(
  q: usize,
  k: usize,
  v: usize,
  starts: usize,
  slots: usize,
  out: usize,
  scores: usize,
  first: u32,
  last: u32,
  stored: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
  window: u32,
  cap: f32,
): void {
  const rowBytes = (heads * headDim as usize) << 2;
  const cacheBytes = (stored * kvHeads as usize) * headDim << 2;
  for (let i = first; i < last;) {
    const slot = slots + ((i as usize) << 3);
    const row = load<u32>(slot);
    const position = load<u32>(slot, 4);
    const start = load<u32>(starts + ((i as usize) << 2));
    let n: u32 = 1;
    while (n < SCORED_TOGETHER && i + n < last) {
      const next = slot + ((n as usize) << 3);
      const isNext = load<u32>(next) == row && load<u32>(next, 4) == position + n;
      if (!isNext || load<u32>(starts + ((i + n as usize) << 2)) != start) break;
      n++;
    }
    const at = (row as usize) * cacheBytes;
    const query = (i as usize) * rowBytes;
    attendRow(q + query, k + at, v + at, start, position + 1, out + query, scores, n, heads, kvHeads, headDim, scale, window, cap);
    i += n;
  }
}

/**
 * `n` queries of one row. The first sees the last `window` of the positions begin … end−1 of the row's keys and
 * values, each further one ends a position later.
 */
function attendRow(
  q: usize,
  k: usize,
  v: usize,
  begin: u32,
  end: u32,
  out: usize,
  scores: usize,
  n: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  scale: f32,
  window: u32,
  cap: f32,
): void {
  const start = firstOf(begin, end, window);
  const headBytes = (headDim as usize) << 2;
  const kvRow = (kvHeads as usize) * headBytes;
  const rowBytes = (heads as usize) * headBytes;
  const group = heads / kvHeads;
  const inPairs = (headDim & 15) == 0;
  const block = max(4, (BLOCK_BYTES / kvRow) as u32);
  const total = end + n - 1; // of the last query
  const scoreRow = (total as usize) << 2;
  memory.fill(out, 0, n * rowBytes);
  for (let s = start; s < total; s += block) {
    const keys = k + (s as usize) * kvRow;
    touch(keys, (min(block, total - s) as usize) * kvRow);
    const column = (s as usize) << 2;
    let i: u32 = 0;
    if (inPairs) {
      for (; i + 2 <= n; i += 2) {
        const now = seen(s, end + i + 1, block);
        for (let head: u32 = 0; head < heads; head++) {
          const index = (i * heads + head) as usize;
          const query = q + index * headBytes;
          const at = scores + index * scoreRow + column;
          const cached = keys + ((head / group) as usize) * headBytes;
          // The first of the two may score one position too many.
          scoreKeysTwice(query, query + rowBytes, cached, kvRow, at, at + heads * scoreRow, now, headDim, scale);
        }
      }
    }
    for (; i < n; i++) {
      const now = seen(s, end + i, block);
      for (let head: u32 = 0; head < heads; head++) {
        const index = (i * heads + head) as usize;
        scoreKeys(
          q + index * headBytes,
          keys + ((head / group) as usize) * headBytes,
          kvRow,
          scores + index * scoreRow + column,
          now,
          headDim,
          scale,
        );
      }
    }
  }
  const first = (start as usize) << 2;
  const most = seen(start, total, u32.MAX_VALUE);
  const sums = scratchA();
  for (let index: u32 = 0; index < n * heads; index++) {
    const ends = end + index / heads;
    const count = seen(start, ends, u32.MAX_VALUE);
    const weights = scores + (index as usize) * scoreRow + first;
    // What a window leaves behind of the positions that the first query sees.
    const left = min(firstOf(start, ends, window) - start, count);
    if (left > 0) memory.fill(weights, 0, (left as usize) << 2);
    const within = weights + ((left as usize) << 2);
    if (cap > 0) softCap(within, within, count - left, cap);
    store<f32>(sums + ((index as usize) << 2), count > left ? exponentiate(within, count - left) : 1);
    // What the first query of a pair does not see.
    if (most > count) memory.fill(weights + ((count as usize) << 2), 0, ((most - count) as usize) << 2);
  }
  for (let s = start; s < total; s += block) {
    const values = v + (s as usize) * kvRow;
    touch(values, (min(block, total - s) as usize) * kvRow);
    const column = (s as usize) << 2;
    let i: u32 = 0;
    if (inPairs) {
      for (; i + 2 <= n; i += 2) {
        const now = seen(s, end + i + 1, block);
        for (let head: u32 = 0; head < heads; head++) {
          const index = (i * heads + head) as usize;
          const at = scores + index * scoreRow + column;
          const cached = values + ((head / group) as usize) * headBytes;
          const mixed = out + index * headBytes;
          mixBlockTwice(at, at + heads * scoreRow, cached, kvRow, mixed, mixed + rowBytes, now, headDim);
        }
      }
    }
    for (; i < n; i++) {
      const now = seen(s, end + i, block);
      for (let head: u32 = 0; head < heads; head++) {
        const index = (i * heads + head) as usize;
        mixBlock(
          scores + index * scoreRow + column,
          values + ((head / group) as usize) * headBytes,
          kvRow,
          out + index * headBytes,
          now,
          headDim,
        );
      }
    }
  }
  for (let index: u32 = 0; index < n * heads; index++) {
    const at = out + (index as usize) * headBytes;
    affine(at, 1 / load<f32>(sums + ((index as usize) << 2)), 0, at, headDim);
  }
}

/** The first of the positions start … end−1 that a window at their end reaches. */
// @ts-ignore: decorator
@inline
function firstOf(start: u32, end: u32, window: u32): u32 {
  return max(start, max(end, window) - window);
}

/** How many of `most` positions from `s` on lie before `end`. */
// @ts-ignore: decorator
@inline
function seen(s: u32, end: u32, most: u32): u32 {
  return s < end ? min(most, end - s) : 0;
}
