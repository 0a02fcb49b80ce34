/** Draws one token per row from logits. */
import type * as tf from "@tensorflow/tfjs";

/** How {@linkcode sampleTokens} shapes the distribution, applied in this order. */
export interface SamplingOptions {
  /** Divides the logits; 0 takes the largest logit (the lowest id among equals). */
  readonly temperature: number;
  /** Keeps the tokens whose logit is at least the K-th largest, ties included; 0 keeps all. */
  readonly topK: number;
  /** Keeps the most probable tokens until their mass reaches this, in (0, 1]; 1 keeps all. */
  readonly topP: number;
}

/** Result of {@linkcode sampleTokens}. */
export interface SampledTokens {
  /** Token of each row. Shape [B]. */
  readonly tokens: Int32Array;
  /**
   * Log-probability of each token in nats under the temperature alone, before top-k and top-p
   * (at temperature 0: under temperature 1, since a greedy choice has no distribution of its own).
   * Shape [B].
   */
  readonly logProbs: Float32Array;
}

/**
 * Samples by inverting the cumulative distribution in the order of token ids, in float64 on the host,
 * so that the same logits and uniforms give the same tokens on every device. Top-k and top-p follow
 * Hugging Face's logits warpers: temperature, then top-k, then top-p over what top-k left; equal
 * probabilities at the edge of top-p are kept in the order of their ids.
 *
 * @param logits Shape [B, V]; read back once (awaited, as WebGPU has no other way); not disposed.
 * @param uniforms One number in [0, 1) per row. Shape [B].
 * @param options Temperature, top-k and top-p.
 * @returns Tokens and their log-probabilities.
 * @throws {RangeError} (as a rejection) If an option is out of its range, or a row's logits are not finite.
 */
export async function sampleTokens(
  logits: tf.Tensor2D,
  uniforms: Float32Array,
  options: SamplingOptions,
): Promise<SampledTokens> {
  const [numRows, vocabSize] = logits.shape;
  checkOptions(uniforms, numRows, options);
  const values = await logits.data() as Float32Array;
  const tokens = new Int32Array(numRows);
  const logProbs = new Float32Array(numRows);
  const weights = new Float64Array(vocabSize);
  const scale = options.temperature === 0 ? 1 : 1 / options.temperature;
  for (let row = 0; row < numRows; row++) {
    const rowLogits = values.subarray(row * vocabSize, (row + 1) * vocabSize);
    const best = argmax(rowLogits);
    const highest = rowLogits[best]!;
    let total = 0;
    for (let token = 0; token < vocabSize; token++) {
      total += weights[token] = Math.exp((rowLogits[token]! - highest) * scale);
    }
    if (!Number.isFinite(total)) {
      throw new RangeError(
        `Cannot sample tokens as logits must be finite: row ${row} has maximum ${highest}; ` +
          "lower the learning rate or look for the first non-finite weight",
      );
    }
    const token = options.temperature === 0
      ? best
      : invert(weights, uniforms[row]!, truncate(rowLogits, weights, { total, options }));
    tokens[row] = token;
    logProbs[row] = (rowLogits[token]! - highest) * scale - Math.log(total);
  }
  return { tokens, logProbs };
}

/** Sets the weights that top-k and top-p drop to 0; returns the mass that is left. */
function truncate(
  logits: Float32Array,
  weights: Float64Array,
  { total, options }: { total: number; options: SamplingOptions },
): number {
  const { topK, topP } = options;
  let mass = total;
  if (topK > 0 && topK < logits.length) {
    const threshold = Float32Array.from(logits).sort()[logits.length - topK]!;
    mass = 0;
    for (let token = 0; token < logits.length; token++) {
      if (logits[token]! < threshold) weights[token] = 0;
      mass += weights[token]!;
    }
  }
  if (topP >= 1) return mass;
  const ranked = Uint32Array.from(weights, (_, token) => token)
    .sort((a, b) => weights[b]! - weights[a]! || a - b);
  let kept = 0;
  for (const token of ranked) {
    // A token stays when the mass of those before it has not reached topP; the first always does.
    if (kept >= topP * mass) weights[token] = 0;
    else kept += weights[token]!;
  }
  return kept;
}

/** Smallest token id at which the running sum of weights exceeds uniform · mass. */
function invert(weights: Float64Array, uniform: number, mass: number): number {
  const target = uniform * mass;
  let sum = 0;
  let last = 0;
  for (let token = 0; token < weights.length; token++) {
    const weight = weights[token]!;
    if (weight === 0) continue;
    sum += weight;
    last = token;
    if (sum > target) return token;
  }
  return last; // rounding left the sum a hair below the target
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function checkOptions(uniforms: Float32Array, numRows: number, options: SamplingOptions): void {
  const { temperature, topK, topP } = options;
  if (uniforms.length !== numRows) {
    throw new RangeError(
      `Cannot sample tokens as uniforms must have one number per row: got ${uniforms.length} for ${numRows} rows`,
    );
  }
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new RangeError(
      `Cannot sample tokens as temperature must be at least 0: got ${temperature}`,
    );
  }
  if (!(Number.isInteger(topK) && topK >= 0)) {
    throw new RangeError(
      `Cannot sample tokens as topK must be an integer of at least 0: got ${topK}`,
    );
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new RangeError(`Cannot sample tokens as topP must be in (0, 1]: got ${topP}`);
  }
}
