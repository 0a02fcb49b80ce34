/**
 * Which tokens of an answer the verifier learns from.
 *
 * @module
 */

/** Which answer tokens the training loss counts (the paper found the latter half best: E.1). */
export type VerifierTokens = "all" | "latter_half" | "last";

/**
 * Marks the answer tokens that count, so that the state at each of them predicts correctness.
 *
 * @param length Tokens of the whole sequence.
 * @param answerStart Index of the answer's first token.
 * @param tokens Which of them count.
 * @returns Shape [length], 1 = counts. `latter_half` keeps the last ⌈n/2⌉ of n answer tokens.
 */
export function verifierMask(
  length: number,
  answerStart: number,
  tokens: VerifierTokens,
): Uint8Array {
  const mask = new Uint8Array(length);
  const count = length - answerStart;
  const first = tokens === "all"
    ? answerStart
    : tokens === "last"
    ? length - 1
    : answerStart + Math.floor(count / 2);
  mask.fill(1, first);
  return mask;
}
