import type { Random } from "../../lib/core/mod.ts";

/** How training goes over the kept answers. */
export interface StepsOptions {
  /** Answers of a step. */
  readonly batchSize: number;
  /** Tokens after which it ends. */
  readonly trainedTokens: number;
  /** Shuffles each pass. */
  readonly random: Random;
}

/**
 * The optimiser steps: passes over all answers, each in an order of its own, until so many tokens were trained on.
 * The answer that reaches the number is the last one, so that runs with other answers train on as many tokens but for
 * less than an answer.
 *
 * @param lengths Tokens of each answer, at least one answer, each at least one token.
 * @param options Batches, tokens and randomness.
 * @returns Indices of the answers of each step; batches do not go over the end of a pass.
 */
export function planSteps(
  lengths: readonly number[],
  { batchSize, trainedTokens, random }: StepsOptions,
): number[][] {
  const steps: number[][] = [];
  let tokens = 0;
  for (let pass = 0; tokens < trainedTokens; pass++) {
    const order = random.split("pass", pass).permutation(lengths.length);
    let step: number[] = [];
    for (const index of order) {
      if (tokens >= trainedTokens) break;
      if (step.length === 0) steps.push(step);
      step.push(index);
      tokens += lengths[index]!;
      if (step.length === batchSize) step = [];
    }
  }
  return steps;
}
