import { type Answer, answerLengths } from "../discussion/mod.ts";
import { type DecoderConfig, forwardFlops } from "../models/mod.ts";
import type { costColumns } from "../tracking/mod.ts";

/**
 * What an answer took to compute.
 *
 * A first prompt is computed from its start, if only once for all that share it; a later one goes on
 * where an earlier turn ended, so that its last tokens are those that are computed.
 *
 * @param answer The answer.
 * @param config Sizes of the model that gave it.
 * @returns Operations of its prompt's computed tokens and of its own; scoring is not in them.
 */
export function answerCost(
  answer: Pick<Answer, "turn" | "promptTokens" | "tokens" | "cost">,
  config: DecoderConfig,
): Record<keyof typeof costColumns, number> {
  const { promptLength: length, responseLength } = answerLengths(answer);
  const computed = computedPromptTokens(answer);
  const before = answer.turn === 0 ? 0 : length - computed;
  return {
    promptFlops: forwardFlops(config, {
      numTokens: computed,
      context: (before + 1 + length) / 2,
    }),
    responseFlops: forwardFlops(config, {
      numTokens: responseLength,
      context: length + (1 + responseLength) / 2,
    }),
  };
}

/**
 * Tokens of an answer's prompt that were computed and not copied. What is computed in one batch counts in equal
 * parts: sums are exact, and a short prompt may have more than its length.
 *
 * @param answer The answer.
 * @returns Their number, without padding.
 */
export function computedPromptTokens({ cost }: Pick<Answer, "cost">): number {
  return cost.computedTokens - cost.paddedTokens;
}
