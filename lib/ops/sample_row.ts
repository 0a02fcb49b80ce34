/** The draw of one token on the host, in float64: what the kernels of `sample.ts` are tested against. */
import { Random } from "../core/random.ts";
import type { SamplingOptions } from "./sampling_options.ts";

/** One drawn token. */
export interface SampledToken {
  /** The token; −1 if the logits are not finite. */
  readonly token: number;
  /** Its log-probability in nats under the temperature alone; the largest logit if they are not finite. */
  readonly logProb: number;
}

/**
 * Draws one token.
 *
 * @param logits Shape [V].
 * @param words Four words of the stream and the position in it. Shape [5].
 * @param options Temperature, top-k, top-p, and which uniform number from the position on is drawn.
 * @returns The token and its log-probability.
 */
export function sampleRow(
  logits: Float32Array,
  words: Uint32Array,
  options: SamplingOptions & { readonly draw: number },
): SampledToken {
  const { temperature } = options;
  const scale = temperature === 0 ? 1 : 1 / temperature;
  const best = argmax(logits);
  const highest = logits[best]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) * scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!Number.isFinite(total)) return { token: -1, logProb: highest };
  const token = temperature === 0
    ? best
    : invert(weights, uniformAt(words, options.draw), truncate(logits, weights, options));
  return { token, logProb: (logits[token]! - highest) * scale - Math.log(total) };
}

function uniformAt(words: Uint32Array, draw: number): number {
  const stream = [...words.subarray(0, 4)];
  return Random.fromState({ stream, position: words[4]! + 2 * draw }).uniform();
}

/** Sets the weights that top-k and top-p drop to 0; returns the mass that is left. */
function truncate(
  logits: Float32Array,
  weights: Float64Array,
  { topK, topP }: SamplingOptions,
): number {
  if (topK > 0 && topK < logits.length) {
    const threshold = Float32Array.from(logits).sort()[logits.length - topK]!;
    for (let token = 0; token < logits.length; token++) {
      if (logits[token]! < threshold) weights[token] = 0;
    }
  }
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
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
