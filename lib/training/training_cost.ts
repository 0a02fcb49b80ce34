/**
 * What training takes to compute, scoring left out.
 *
 * @module
 */
import { type Answer, answerLengths } from "../discussion/mod.ts";
import { type DecoderConfig, forwardFlops } from "../models/mod.ts";
import type { UpdatesRow } from "../tracking/mod.ts";
import { answerCost, computedPromptTokens } from "./answer_cost.ts";
import type { TrainingRow } from "./training_rows.ts";

/** What the discussions of an update took, as `updates.parquet` says it. */
export type RolloutCost = Pick<
  UpdatesRow,
  "rolloutAnswers" | "rolloutTokens" | "rolloutComputedTokens" | "rolloutFlops"
>;

/**
 * Adds up what the answers of an update's discussions took.
 *
 * @param answers All of them, trained on or not.
 * @param decoders Shape [A], sizes of the model at each seat.
 * @returns Answers, tokens and operations.
 */
export function rolloutCost(
  answers: readonly Answer[],
  decoders: readonly DecoderConfig[],
): RolloutCost {
  let [tokens, promptTokens, flops] = [0, 0, 0];
  for (const answer of answers) {
    const { promptFlops, responseFlops } = answerCost(answer, decoders[answer.agent]!);
    tokens += answerLengths(answer).responseLength;
    promptTokens += computedPromptTokens(answer);
    flops += promptFlops + responseFlops;
  }
  return {
    rolloutAnswers: answers.length,
    rolloutTokens: tokens,
    rolloutComputedTokens: promptTokens + tokens,
    rolloutFlops: flops,
  };
}

/** How {@link updateFlops} counts. */
export interface UpdateFlopsOptions {
  /** Sizes of the model that is trained. */
  readonly decoder: DecoderConfig;
  /** Passes of the policy over the answers. */
  readonly numPpoEpochs: number;
  /** Passes of the critic; 0 where there is none. */
  readonly numCriticEpochs: number;
}

/**
 * Floating-point operations of one optimisation: the policy and the base model read each answer with its prompt
 * once, a critic what it is given, and each pass of training is three times a forward pass (Kaplan et al. 2020,
 * §2.1). Adapters, and layers that checkpointing computes again, are left out.
 *
 * @param rows The answers that are trained on.
 * @param options Sizes and passes.
 * @returns Their number.
 */
export function updateFlops(
  rows: readonly Pick<TrainingRow, "promptTokens" | "valuePromptTokens" | "tokens">[],
  { decoder, numPpoEpochs, numCriticEpochs }: UpdateFlopsOptions,
): number {
  const passOver = (length: number) =>
    forwardFlops(decoder, { numTokens: length, context: (1 + length) / 2 });
  const criticPasses = numCriticEpochs === 0 ? 0 : 1 + 3 * numCriticEpochs;
  return rows.reduce((sum, { promptTokens, valuePromptTokens, tokens }) => {
    const policy = (2 + 3 * numPpoEpochs) * passOver(promptTokens.length + tokens.length);
    return sum + policy + criticPasses * passOver(valuePromptTokens.length + tokens.length);
  }, 0);
}
