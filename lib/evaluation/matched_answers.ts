/** What answers to one question cost, in tokens that are computed: prompt and sampled. */
export interface AnswerTokens {
  /** Tokens of every further answer, its scoring included where one is counted; above 0. */
  readonly tokensPerAnswer: number;
  /** Tokens that are computed once for all answers, such as a prompt that they share. Default 0. */
  readonly sharedTokens?: number;
}

/** A number of answers that costs as much as something else. */
export interface MatchedAnswers {
  /** n, at least 1. */
  readonly numAnswers: number;
  /** What n answers cost, tokens. */
  readonly tokens: number;
  /** Their cost divided by the cost to match; 1 = the same. */
  readonly ratio: number;
}

/** Keeps a quotient that is a whole number up to rounding from being rounded up. */
const ROUNDING = 1e-9;

/**
 * Number of independent answers that costs as many tokens as something else: n for a baseline at matched
 * compute.
 *
 * It is the smallest n that costs at least as much, so the baseline never has less; n answers cost
 * sharedTokens + n · tokensPerAnswer.
 *
 * @param tokens Tokens to match, per question, above 0: those of a whole discussion.
 * @param cost What answers cost, per question.
 * @returns The number of answers, and what they cost.
 * @throws {RangeError} If a number of tokens is out of its range.
 *
 * @example A discussion of 900 tokens against answers of 100 on a shared prompt of 50
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchedAnswers } from "./matched_answers.ts";
 *
 * assertEquals(matchedAnswers(900, { tokensPerAnswer: 100, sharedTokens: 50 }), {
 *   numAnswers: 9,
 *   tokens: 950,
 *   ratio: 950 / 900,
 * });
 * ```
 */
export function matchedAnswers(tokens: number, cost: AnswerTokens): MatchedAnswers {
  const { tokensPerAnswer, sharedTokens = 0 } = cost;
  for (const [name, value] of Object.entries({ tokens, tokensPerAnswer })) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new RangeError(
        `Cannot match tokens as ${name} must be finite and above 0: current value is ${value}`,
      );
    }
  }
  if (!(Number.isFinite(sharedTokens) && sharedTokens >= 0)) {
    throw new RangeError(
      `Cannot match tokens as sharedTokens must be finite and at least 0: current value is ${sharedTokens}`,
    );
  }
  const quotient = (tokens - sharedTokens) / tokensPerAnswer;
  const numAnswers = Math.max(1, Math.ceil(quotient * (1 - ROUNDING)));
  const matched = sharedTokens + numAnswers * tokensPerAnswer;
  return { numAnswers, tokens: matched, ratio: matched / tokens };
}
