// One token per row of logits; see lib/ops/sample.ts.
import { scratchA } from "./layout";
import { rowMax } from "./log_softmax";
import { uniformAt } from "./philox";
import { exp1, exp4, sumLanes } from "./simd";

// Sums of this many weights are added in float64.
const BLOCK: u32 = 2048;
// Bytes of a stream: four words and a position.
const STREAM_BYTES: usize = 20;

// What selectKey finds: the key at the edge, and the mass of all larger ones.
let edgeKey: u32 = 0;
let massAbove: f64 = 0;

/** weights[i] = e^((logits[i] − highest) · scale); returns their sum. */
function writeWeights(logits: usize, weights: usize, n: u32, highest: f32, scale: f32): f64 {
  const highs = f32x4.splat(highest);
  const scales = f32x4.splat(scale);
  let total: f64 = 0;
  for (let start: u32 = 0; start < n; start += BLOCK) {
    const end = min(start + BLOCK, n);
    let sums = f32x4.splat(0);
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const at = (i as usize) << 2;
      const e = exp4(f32x4.mul(f32x4.sub(v128.load(logits + at), highs), scales));
      v128.store(weights + at, e);
      sums = f32x4.add(sums, e);
    }
    total += sumLanes(sums) as f64;
    for (; i < end; i++) {
      const at = (i as usize) << 2;
      const e = exp1((load<f32>(logits + at) - highest) * scale);
      store<f32>(weights + at, e);
      total += e as f64;
    }
  }
  return total;
}

/** Sum of weights[from … to−1]. */
function sumWeights(weights: usize, from: u32, to: u32): f64 {
  let sums = f32x4.splat(0);
  let i = from;
  for (; i + 4 <= to; i += 4) sums = f32x4.add(sums, v128.load(weights + ((i as usize) << 2)));
  let total = sumLanes(sums) as f64;
  for (; i < to; i++) total += load<f32>(weights + ((i as usize) << 2)) as f64;
  return total;
}

/** Sum of all weights. */
function sumAll(weights: usize, n: u32): f64 {
  let total: f64 = 0;
  for (let start: u32 = 0; start < n; start += BLOCK) {
    total += sumWeights(weights, start, min(start + BLOCK, n));
  }
  return total;
}

/** An unsigned integer that orders like the number; both zeros are one. */
// @ts-ignore: decorator
@inline
function orderKey(x: f32): u32 {
  const bits = reinterpret<u32>(x + 0.0);
  return bits & 0x80000000 ? ~bits : bits | 0x80000000;
}

/**
 * The largest key at which the mass of the tokens from the top down reaches `target`, byte by byte from
 * the highest. Tokens count by their weight, or as one each.
 */
function selectKey(logits: usize, weights: usize, n: u32, target: f64, byWeight: bool): void {
  // Mass or number of the tokens whose keys share a byte; this thread's own.
  const bins = scratchA();
  edgeKey = 0;
  massAbove = 0;
  for (let shift: i32 = 24; shift >= 0; shift -= 8) {
    const known: u32 = shift == 24 ? 0 : 0xffffffff << (shift + 8);
    memory.fill(bins, 0, 256 * 8);
    for (let i: u32 = 0; i < n; i++) {
      const at = (i as usize) << 2;
      const key = orderKey(load<f32>(logits + at));
      if ((key & known) != edgeKey) continue;
      const weight = load<f32>(weights + at);
      if (weight == 0) continue; // dropped before, or too small to be drawn
      const bin = bins + ((((key >> shift) & 255) as usize) << 3);
      store<f64>(bin, load<f64>(bin) + (byWeight ? weight as f64 : 1));
    }
    let lowest: i32 = -1; // the last bin with anything in it, should rounding miss the target
    let before = massAbove;
    for (let bin: i32 = 255; bin >= 0; bin--) {
      const mass = load<f64>(bins + ((bin as usize) << 3));
      if (mass == 0) continue;
      lowest = bin;
      before = massAbove;
      if (massAbove + mass >= target) break;
      massAbove += mass;
    }
    massAbove = before;
    edgeKey |= (max(lowest, 0) as u32) << shift;
  }
}

/** Sets the weights of all tokens below the K-th largest logit to 0. */
function keepTopK(logits: usize, weights: usize, n: u32, topK: u32): void {
  selectKey(logits, weights, n, topK as f64, false);
  for (let i: u32 = 0; i < n; i++) {
    const at = (i as usize) << 2;
    if (orderKey(load<f32>(logits + at)) < edgeKey) store<f32>(weights + at, 0);
  }
}

/** Sets the weights behind the mass `target` to 0; of equal logits at the edge the first ones stay. */
function keepTopP(logits: usize, weights: usize, n: u32, target: f64): void {
  selectKey(logits, weights, n, target, true);
  let kept = massAbove;
  for (let i: u32 = 0; i < n; i++) {
    const at = (i as usize) << 2;
    const key = orderKey(load<f32>(logits + at));
    if (key > edgeKey) continue;
    if (key == edgeKey && kept < target) kept += load<f32>(weights + at) as f64;
    else store<f32>(weights + at, 0);
  }
}

/** Smallest id at which the running sum of weights exceeds the target; else the last with a weight. */
function invertSum(weights: usize, n: u32, target: f64): u32 {
  let sum: f64 = 0;
  let last: u32 = 0;
  for (let start: u32 = 0; start < n; start += BLOCK) {
    const end = min(start + BLOCK, n);
    const block = sumWeights(weights, start, end);
    if (end < n && sum + block <= target) {
      sum += block;
      continue;
    }
    for (let i = start; i < end; i++) {
      const weight = load<f32>(weights + ((i as usize) << 2));
      if (weight == 0) continue;
      sum += weight as f64;
      last = i;
      if (sum > target) return i;
    }
  }
  return last;
}

/** First id of the largest logit. */
function firstAt(logits: usize, n: u32, highest: f32): u32 {
  for (let i: u32 = 0; i < n; i++) {
    if (load<f32>(logits + ((i as usize) << 2)) == highest) return i;
  }
  return 0;
}

/**
 * Draws a token of each row of logits [rows, size]: tokens [rows] and logProbs [rows]. `scratch` holds
 * `size` weights; streams [rows, 5] are the random streams, whose `draw`-th uniform number is taken.
 */
export function sampleRows(
  logits: usize,
  streams: usize,
  tokens: usize,
  logProbs: usize,
  scratch: usize,
  rows: u32,
  size: u32,
  draw: u32,
  temperature: f32,
  topK: u32,
  topP: f64,
): void {
  const scale: f32 = temperature == 0 ? 1 : 1 / temperature;
  for (let row: u32 = 0; row < rows; row++) {
    const at = (row as usize) << 2;
    const highest = rowMax(logits, size);
    let mass = writeWeights(logits, scratch, size, highest, scale);
    if (!isFinite(mass) || !isFinite(highest)) {
      store<i32>(tokens + at, -1);
      store<f32>(logProbs + at, highest);
    } else {
      const logTotal = Math.log(mass);
      let token: u32 = 0;
      if (temperature == 0) token = firstAt(logits, size, highest);
      else {
        if (topK > 0 && topK < size) {
          keepTopK(logits, scratch, size, topK);
          mass = sumAll(scratch, size);
        }
        if (topP < 1) {
          keepTopP(logits, scratch, size, topP * mass);
          mass = sumAll(scratch, size);
        }
        const stream = streams + (row as usize) * STREAM_BYTES;
        const position = (load<u32>(stream, 16) as u64) + 2 * (draw as u64);
        token = invertSum(scratch, size, uniformAt(stream, position) * mass);
      }
      const logit = load<f32>(logits + ((token as usize) << 2));
      store<i32>(tokens + at, token);
      store<f32>(logProbs + at, (((logit - highest) * scale) as f64 - logTotal) as f32);
    }
    logits += (size as usize) << 2;
  }
}
