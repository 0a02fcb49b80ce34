/** Draws one token per row from logits, on the device. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";
import { sampleRow } from "./sample_row.ts";
import type { SamplingOptions } from "./sampling_options.ts";

/** Lowest temperature above 0: logits divided by it stay far from the ends of float32. */
export const MIN_TEMPERATURE = 1e-3;

/** Result of {@linkcode sample}, on the device. */
export interface Sampled {
  /** Token of each row; −1 where the logits were not finite. Shape [B], int32. */
  readonly tokens: tf.Tensor1D;
  /**
   * Log-probability of each token in nats under the temperature alone, before top-k and top-p
   * (at temperature 0: under temperature 1, since a greedy choice has no distribution of its own);
   * the largest logit where the logits were not finite. Shape [B].
   */
  readonly logProbs: tf.Tensor1D;
}

/** Words of a row of {@linkcode sampleStreams}: the stream's four, and where in it the row stands. */
export const STREAM_WORDS = 5;

/** Positions of a stream are 32-bit words on the device. */
const MAX_POSITION = 2 ** 32 - 1;

/**
 * What the device needs to draw from streams of random numbers.
 *
 * @param randoms One stream per row; they are not advanced.
 * @param options.numDraws Uniform numbers that each row will draw at most.
 * @param options.skipped Shape [B], uniform numbers of each stream that come before those; 0 by default.
 * @returns Shape [B, 5], int32: stream words and position, unsigned.
 * @throws {RangeError} If a stream would run past 2³² words.
 */
export function sampleStreams(
  randoms: readonly Random[],
  { numDraws, skipped }: { readonly numDraws: number; readonly skipped?: Int32Array },
): tf.Tensor2D {
  const words = new Uint32Array(randoms.length * STREAM_WORDS);
  for (const [row, random] of randoms.entries()) {
    const { stream, position: now } = random.state();
    const position = now + 2 * (skipped?.[row] ?? 0); // words of a uniform number
    if (position + 2 * numDraws > MAX_POSITION) {
      throw new RangeError(
        `Cannot sample tokens as a stream must have fewer than 2^32 words drawn: row ${row} has ${position}`,
      );
    }
    words.set([...stream, position], row * STREAM_WORDS);
  }
  return tf.tensor2d(new Int32Array(words.buffer), [randoms.length, STREAM_WORDS], "int32");
}

/**
 * Samples by inverting the cumulative distribution in the order of token ids. Row b draws the number
 * that the `draw`-th call of `uniform()` on its stream gives, on every device (Philox4x32-10). Top-k and
 * top-p follow Hugging Face's logits warpers: temperature, then top-k, then top-p over what top-k left;
 * equal logits at the edge of top-p are kept in the order of their ids.
 *
 * Devices differ in the rounding of the sums: another token is drawn when the uniform number falls within
 * about 1e-6 of the edge between two tokens. Logits that are not finite give token −1, and
 * {@linkcode checkSampled} tells once somebody looks.
 *
 * @param logits Shape [B, V]; not disposed.
 * @param streams What {@linkcode sampleStreams} made. Shape [B, 5].
 * @param options Temperature, top-k, top-p, and which uniform number of the streams is drawn, from 0.
 * @returns Tokens and log-probabilities as tensors of the caller.
 * @throws {RangeError} If an option is out of its range or the shapes do not fit.
 */
export function sample(
  logits: tf.Tensor2D,
  streams: tf.Tensor2D,
  options: SamplingOptions & { readonly draw: number },
): Sampled {
  checkOptions(options);
  if (streams.shape[0] !== logits.shape[0] || streams.shape[1] !== STREAM_WORDS) {
    throw shapeError("sample", "logits [B, V] and streams [B, 5] must agree in B", logits, streams);
  }
  if (!hasKernel("MaporlSample")) return sampleReference(logits, streams, options);
  const { temperature, topK, topP, draw } = options;
  const [tokens, logProbs] = runKernel("MaporlSample", { logits, streams }, {
    temperature,
    topK,
    topP,
    draw,
  });
  return { tokens: tokens as tf.Tensor1D, logProbs: logProbs as tf.Tensor1D };
}

/**
 * {@linkcode sample} on the host in float64, for devices whose tensors can be read at once.
 *
 * @param logits Shape [B, V].
 * @param streams Shape [B, 5].
 * @param options Temperature, top-k, top-p, and which uniform number is drawn.
 * @returns Tokens and log-probabilities.
 */
export function sampleReference(
  logits: tf.Tensor2D,
  streams: tf.Tensor2D,
  options: SamplingOptions & { readonly draw: number },
): Sampled {
  const [numRows, vocabSize] = logits.shape;
  const values = logits.dataSync() as Float32Array;
  const words = Uint32Array.from(streams.dataSync() as Int32Array);
  const tokens = new Int32Array(numRows);
  const logProbs = new Float32Array(numRows);
  for (let row = 0; row < numRows; row++) {
    const drawn = sampleRow(
      values.subarray(row * vocabSize, (row + 1) * vocabSize),
      words.subarray(row * STREAM_WORDS, (row + 1) * STREAM_WORDS),
      options,
    );
    tokens[row] = drawn.token;
    logProbs[row] = drawn.logProb;
  }
  return { tokens: tf.tensor1d(tokens, "int32"), logProbs: tf.tensor1d(logProbs) };
}

/**
 * Looks whether the logits were finite.
 *
 * @param tokens What {@linkcode sample} gave, read. Shape [B].
 * @param logProbs Shape [B].
 * @throws {RangeError} If a row's logits were not finite.
 */
export function checkSampled(tokens: Int32Array, logProbs: Float32Array): void {
  const row = tokens.indexOf(-1);
  if (row < 0) return;
  throw new RangeError(
    `Cannot sample tokens as logits must be finite: row ${row} has maximum ${logProbs[row]}; ` +
      "lower the learning rate or look for the first non-finite weight",
  );
}

/**
 * Whether logits can be divided by a temperature, or it asks for the largest.
 *
 * @param temperature The temperature.
 * @returns True for 0 and for finite numbers from 1e-3 on.
 */
export function isTemperature(temperature: number): boolean {
  return temperature === 0 || (temperature >= MIN_TEMPERATURE && temperature < Infinity);
}

function checkOptions({ temperature, topK, topP }: SamplingOptions): void {
  if (!isTemperature(temperature)) {
    throw new RangeError(
      `Cannot sample tokens as temperature must be 0 or at least ${MIN_TEMPERATURE}: got ${temperature}`,
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
