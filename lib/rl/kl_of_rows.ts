/**
 * How far answers are from the base model, token by token.
 *
 * @module
 */
import { NumericError } from "../core/mod.ts";
import { type KlEstimator, tokenKl } from "./kl.ts";

/** Log-probabilities of an answer's tokens, each of shape [N], nats. */
export interface RowLogProbs {
  /** log π_old. */
  readonly oldLogProbs: ArrayLike<number>;
  /** log of the base model's probability. */
  readonly refLogProbs: ArrayLike<number>;
}

/**
 * Estimates the divergence of every token of every answer.
 *
 * @param rows Log-probabilities of the answers.
 * @param estimator Which estimate.
 * @returns Shape [N] per answer, nats.
 * @throws {NumericError} If a log-probability or a divergence is not finite in float32, as the estimates
 * k3 and forward are for a token some 89 nats apart.
 */
export function klOfRows(
  rows: readonly RowLogProbs[],
  estimator: KlEstimator,
): Float64Array<ArrayBuffer>[] {
  return rows.map(({ oldLogProbs, refLogProbs }, index) => {
    checkFiniteFloats(oldLogProbs, `oldLogProbs of row ${index}`);
    checkFiniteFloats(refLogProbs, `refLogProbs of row ${index}`);
    const kl = tokenKl(oldLogProbs, refLogProbs, estimator);
    checkDivergence(kl, index, estimator);
    return kl;
  });
}

/**
 * Refuses numbers that float32 does not hold: what targets are made of goes to the device, where a larger
 * one would be an infinity.
 *
 * @param numbers What is checked.
 * @param name What they are, such as `score of row 0`.
 * @throws {NumericError} If one is not finite in float32, naming it.
 */
export function checkFiniteFloats(numbers: ArrayLike<number>, name: string): void {
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(Math.fround(numbers[i]!))) continue;
    throw new NumericError(
      `Cannot compute targets as ${name} must be finite in float32: entry ${i} is ${numbers[i]}`,
      { thing: name, value: numbers[i] },
    );
  }
}

function checkDivergence(kl: Float64Array, index: number, estimator: KlEstimator): void {
  const at = kl.findIndex((nats) => !Number.isFinite(Math.fround(nats)));
  if (at < 0) return;
  throw new NumericError(
    `Cannot compute targets as the divergence from the base model must be finite in float32: ` +
      `token ${at} of row ${index} has ${kl[at]} by the estimator ${estimator}`,
    {
      thing: `divergence of row ${index}`,
      value: kl[at],
      remedy: "Set algorithm.klEstimator=k1, which does not grow exponentially",
    },
  );
}
