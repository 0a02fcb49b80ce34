// A whole decoder on some rows of a batch, for passes that nobody differentiates: every layer of a few
// rows, then the next rows, so that what flows between two operations stays in the thread's own cache.
import { attentionForward } from "./attention";
import { cachedAttention } from "./cached_attention";
import {
  across,
  embedding,
  entries,
  eps,
  finalNorm,
  gates,
  bfloat16,
  bfloat16Keys,
  bfloat16Narrow,
  bfloat16Queries,
  bfloat16Rows,
  bfloat16Values,
  headDim,
  heads,
  ids,
  inner,
  inverses,
  keys,
  kvHeads,
  LAYER_BYTES,
  lastSlots,
  layOut,
  narrow,
  normed,
  numLayers,
  out,
  past,
  slots,
  PLAN_BYTES,
  positions,
  PROJECTION_BYTES,
  PROJECTIONS_AT,
  queries,
  readPlan,
  rotaryTable,
  starts,
  states,
  stored,
  tiles,
  tokens,
  ups,
  values,
  width,
  x,
} from "./decoder_pass_plan";
import { toBfloat16 } from "./bfloat16";
import { product } from "./product";
import { rmsNormForward } from "./rms_norm";
import { rotate } from "./rotary";
import { gatherRows, placeRows } from "./rows";
import { swiGluForward } from "./swi_glu";

/**
 * Rows first … last−1 of the plan's batch through all layers and the final norm, `chunk` rows at a time.
 * `scratch` is this thread's own. Keys and values of token i are written to row slots[2i], position
 * slots[2i+1] of each layer's cache [batch, stored, kvHeads*headDim]; with more than one token, a row's
 * lie in the row of the cache of the same index, behind `past` ones. Single tokens may share a row of the
 * cache if they follow each other: then the first of them are through all layers, or through the same
 * steps of this layer, when the last one reads what they wrote.
 */
export function decoderPass(plan: usize, scratch: usize, first: u32, last: u32, chunk: u32): void {
  readPlan(plan);
  for (let row = first; row < last; row += chunk) {
    const rows = min(chunk, last - row);
    layOut(scratch, rows);
    setPositions(row, rows);
    gatherRows(embedding, ids + (row * tokens << 2), x, rows * tokens, width, entries);
    for (let layer: u32 = 0; layer < numLayers; layer++) {
      const entry = plan + PLAN_BYTES + layer * LAYER_BYTES;
      const wanted = layer + 1 < numLayers ? tokens : states;
      attend(entry, row, rows, wanted);
      feedForward(entry, rows * wanted);
    }
    const at = out + (row * states * width << 2);
    rmsNormForward(x, finalNorm, at, inverses, rows * states, width, eps);
  }
}

/** Position of each token: its position less the row's padding; pad tokens are given 0. */
function setPositions(row: u32, rows: u32): void {
  let at = positions;
  let slot = slotOf(row);
  for (let r: u32 = 0; r < rows; r++) {
    const start = load<u32>(starts + (row + r << 2));
    for (let t: u32 = 0; t < tokens; t++) {
      const index = load<u32>(slot, 4);
      store<u32>(at, index > start ? index - start : 0);
      at += 4;
      slot += 8;
    }
  }
}

/** Where the slot of a row's first token lies. */
// @ts-ignore: decorator
@inline
function slotOf(row: u32): usize {
  return slots + ((row * tokens as usize) << 3);
}

/** Slots of the last token of each row. */
function queriedSlots(row: u32, rows: u32): usize {
  if (tokens == 1) return slotOf(row);
  const from = slotOf(row) - 8;
  for (let r: usize = 0; r < rows; r++) {
    store<u64>(lastSlots + (r << 3), load<u64>(from + ((r + 1) * tokens << 3)));
  }
  return lastSlots;
}

/** x ← x + o_proj(attention(norm(x))) at the last `wanted` tokens of each row; the others are dropped. */
function attend(entry: usize, row: u32, rows: u32, wanted: u32): void {
  const begins = starts + (row << 2);
  const kvWidth = kvHeads * headDim;
  const attended = heads * headDim;
  const length = past + tokens;
  const scale: f32 = 1 / sqrt<f32>(headDim as f32);
  rmsNormForward(x, load<u32>(entry), normed, inverses, rows * tokens, width, eps);
  narrowed(normed, rows * tokens * width);
  project(entry, 1, normed, rows * tokens, width, kvWidth, 0, keys);
  project(entry, 2, normed, rows * tokens, width, kvWidth, 0, values);
  rotate(keys, positions, rotaryTable, keys, rows * tokens, kvHeads, headDim, 1);
  const rowBytes = (stored * kvWidth as usize) << 2;
  const window = load<u32>(entry, 16);
  const k: usize = load<u32>(entry, 8);
  const v: usize = load<u32>(entry, 12);
  placeRows(keys, slotOf(row), k, rows * tokens, kvWidth, stored);
  placeRows(values, slotOf(row), v, rows * tokens, kvWidth, stored);
  if (wanted < tokens) {
    keepLast(x, rows, wanted, width);
    keepLast(normed, rows, wanted, width);
    narrowed(normed, rows * wanted * width);
  }
  project(entry, 0, normed, rows * wanted, width, attended, 0, queries);
  for (let r: u32 = 0; r < rows; r++) {
    const at = queries + ((r * wanted * attended as usize) << 2);
    rotate(at, positions + ((r + 1) * tokens - wanted << 2), rotaryTable, at, wanted, heads, headDim, 1);
  }
  // From here on `normed` is what attention gives.
  if (wanted == 1) {
    const queried = queriedSlots(row, rows);
    cachedAttention(queries, k, v, begins, queried, normed, tiles, 0, rows, stored, heads, kvHeads, headDim, scale, window, 0);
  } else if (bfloat16) {
    // A row at a time: the copies of its keys and values are as long as the row.
    toBfloat16(queries, bfloat16Queries, rows * wanted * attended);
    for (let r: u32 = 0; r < rows; r++) {
      const cached = (row + r) * rowBytes;
      const at = r * wanted * attended;
      toBfloat16(k + cached, bfloat16Keys, length * kvWidth);
      toBfloat16(v + cached, bfloat16Values, length * kvWidth);
      attentionForward(bfloat16Queries + (at << 1), bfloat16Keys, bfloat16Values, begins + (r << 2), normed + (at << 2), inverses, tiles, true, 0, kvHeads, wanted, length, length, heads, kvHeads, headDim, scale, window, 0);
    }
  } else {
    const cached = row * rowBytes;
    attentionForward(queries, k + cached, v + cached, begins, normed, inverses, tiles, false, 0, rows * kvHeads, wanted, stored, length, heads, kvHeads, headDim, scale, window, 0);
  }
  narrowed(normed, rows * wanted * attended);
  project(entry, 3, normed, rows * wanted, attended, width, 1, x);
}

/** x ← x + down(silu(gate(norm(x))) · up(norm(x))). */
function feedForward(entry: usize, n: u32): void {
  rmsNormForward(x, load<u32>(entry, 4), normed, inverses, n, width, eps);
  narrowed(normed, n * width);
  project(entry, 4, normed, n, width, inner, 0, gates);
  project(entry, 5, normed, n, width, inner, 0, ups);
  swiGluForward(gates, ups, gates, n * inner);
  narrowed(gates, n * inner);
  project(entry, 6, gates, n, inner, width, 1, x);
}

/** Makes the bfloat16 copy that the coming projections read instead, where they read one. */
function narrowed(input: usize, n: u32): void {
  if (bfloat16) toBfloat16(input, bfloat16Rows, n);
}

/** y = input Wᵀ (+ scale · (input Aᵀ) Bᵀ) + beta · y, W one of the layer's projections. */
function project(
  entry: usize,
  index: usize,
  input: usize,
  n: u32,
  inputs: u32,
  outputs: u32,
  beta: f32,
  y: usize,
): void {
  const at = entry + PROJECTIONS_AT + index * PROJECTION_BYTES;
  const read = bfloat16 ? bfloat16Rows : input;
  const stride = across ? outputs : inputs;
  product(bfloat16, false, !across, n, outputs, inputs, 1, read, inputs, load<u32>(at), stride, beta, y, outputs);
  const rank = load<u32>(at, 12);
  if (rank == 0) return;
  product(bfloat16, false, true, n, rank, inputs, 1, read, inputs, load<u32>(at, 4), inputs, 0, narrow, rank);
  let update = narrow;
  if (bfloat16) {
    update = bfloat16Narrow;
    toBfloat16(narrow, update, n * rank);
  }
  product(bfloat16, false, true, n, outputs, rank, load<f32>(at, 16), update, rank, load<u32>(at, 8), rank, 1, y, outputs);
}

/** Moves the last `kept` of each row's tokens together. */
function keepLast(rowsAt: usize, rows: u32, kept: u32, columns: u32): void {
  const bytes = (kept * columns as usize) << 2;
  const stride = (tokens * columns as usize) << 2;
  let from = rowsAt + stride - bytes;
  for (let r: u32 = 0; r < rows; r++) {
    memory.copy(rowsAt, from, bytes);
    rowsAt += bytes;
    from += stride;
  }
}
