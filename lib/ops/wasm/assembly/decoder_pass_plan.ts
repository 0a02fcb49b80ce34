// What a pass through the decoder is told, and the scratch that it computes in. The host writes a plan of
// 32-bit words into memory (lib/ops/cpu/decoder_pass.ts), the same for every thread.
import { attentionScratch } from "./attention";
import { cachedAttentionScratch } from "./cached_attention";

// A plan's words, in order; `layers` entries of LAYER_BYTES follow behind PLAN_BYTES.
export let width: u32 = 0;
export let inner: u32 = 0;
export let heads: u32 = 0;
export let kvHeads: u32 = 0;
export let headDim: u32 = 0;
export let maxRank: u32 = 0; // of the low-rank updates
export let bfloat16: bool = false; // whether weights are bfloat16
export let tokens: u32 = 0; // new positions of each row
export let past: u32 = 0; // positions before them; with one token, the most that any has before it
export let stored: u32 = 0; // positions that a row of the cache has room for
export let states: u32 = 0; // positions at the end of each row whose states are wanted
export let numLayers: u32 = 0;
export let ids: usize = 0; // [batch, tokens]
export let starts: usize = 0; // [batch]
export let slots: usize = 0; // [batch, tokens, 2]: row of the cache and position in it
export let out: usize = 0; // [batch, states, width]
export let embedding: usize = 0; // [entries, width]
export let entries: u32 = 0;
export let finalNorm: usize = 0;
export let rotaryTable: usize = 0;
export let eps: f32 = 0;
export let across: bool = false; // whether weights are [inputs, outputs] instead of [outputs, inputs]

// @ts-ignore: decorator
@inline export const PLAN_BYTES: usize = 88;

// A layer's words: addresses of its norms, keys and values; how many keys a query sees at most; then of each
// projection in the order q, k, v, o, gate, up, down: addresses of weight, A and B of its low-rank update, their rank
// (0 = none), scale.
// @ts-ignore: decorator
@inline export const PROJECTIONS_AT: usize = 20;
// @ts-ignore: decorator
@inline export const PROJECTION_BYTES: usize = 20;
// @ts-ignore: decorator
@inline export const LAYER_BYTES: usize = 20 + 7 * 20;

// Scratch of one chunk of rows.
export let positions: usize = 0; // of each token within its row, padding not counted
export let lastSlots: usize = 0; // of each row's last token
export let x: usize = 0; // the residual stream
export let normed: usize = 0; // what the projections read; also what attention gives
export let queries: usize = 0;
export let keys: usize = 0;
export let values: usize = 0;
export let gates: usize = 0;
export let ups: usize = 0;
export let narrow: usize = 0; // between the factors of a low-rank update
export let inverses: usize = 0; // of norms, and log-sum-exps: only a gradient would read them
export let tiles: usize = 0; // of attention
export let bfloat16Rows: usize = 0; // copies in bfloat16: of what a projection reads,
export let bfloat16Narrow: usize = 0;
export let bfloat16Queries: usize = 0;
export let bfloat16Keys: usize = 0;
export let bfloat16Values: usize = 0;

/** Reads a plan. */
export function readPlan(plan: usize): void {
  width = load<u32>(plan);
  inner = load<u32>(plan, 4);
  heads = load<u32>(plan, 8);
  kvHeads = load<u32>(plan, 12);
  headDim = load<u32>(plan, 16);
  maxRank = load<u32>(plan, 20);
  bfloat16 = load<u32>(plan, 24) != 0;
  tokens = load<u32>(plan, 28);
  past = load<u32>(plan, 32);
  stored = load<u32>(plan, 36);
  states = load<u32>(plan, 40);
  numLayers = load<u32>(plan, 44);
  ids = load<u32>(plan, 48);
  starts = load<u32>(plan, 52);
  slots = load<u32>(plan, 56);
  out = load<u32>(plan, 60);
  embedding = load<u32>(plan, 64);
  entries = load<u32>(plan, 68);
  finalNorm = load<u32>(plan, 72);
  rotaryTable = load<u32>(plan, 76);
  eps = load<f32>(plan, 80);
  across = load<u32>(plan, 84) != 0;
}

let top: usize = 0;

function take(bytes: usize): usize {
  const at = top;
  top += (bytes + 63) & ~(63 as usize);
  return at;
}

function takeFloats(count: u32): usize {
  return take((count as usize) << 2);
}

/** Lays out the scratch of a chunk of `rows` rows from an address on, and returns its end. */
export function layOut(from: usize, rows: u32): usize {
  const n = rows * tokens;
  const attended = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const length = past + tokens;
  top = from;
  positions = takeFloats(n);
  lastSlots = takeFloats(2 * rows);
  x = takeFloats(n * width);
  normed = takeFloats(n * max(width, attended));
  queries = takeFloats(n * attended);
  keys = takeFloats(n * kvWidth);
  values = takeFloats(n * kvWidth);
  gates = takeFloats(n * inner);
  ups = takeFloats(n * inner);
  narrow = takeFloats(n * maxRank);
  inverses = takeFloats(n * heads);
  tiles = takeFloats(max(attentionScratch(length, headDim), cachedAttentionScratch(length, heads)));
  if (bfloat16) {
    bfloat16Rows = take((n * max(max(width, attended), inner) as usize) << 1);
    bfloat16Narrow = take((n * maxRank as usize) << 1);
    bfloat16Queries = take((n * attended as usize) << 1);
    bfloat16Keys = take((length * kvWidth as usize) << 1); // of one row
    bfloat16Values = take((length * kvWidth as usize) << 1);
  }
  return top;
}

/** Bytes of scratch that a thread needs to work off `rows` rows of a pass at a time. */
export function decoderPassScratch(plan: usize, rows: u32): u32 {
  readPlan(plan);
  return layOut(0, rows) as u32;
}
