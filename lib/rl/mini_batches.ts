/**
 * Which answers each optimiser step of an update is taken on.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";

/** Settings of {@link miniBatches}. */
export interface MiniBatchOptions {
  /** Passes over the answers. */
  readonly numEpochs: number;
  /** Optimiser steps per pass; at most one per question. */
  readonly numMiniBatches: number;
  /** Draws the order of the questions, anew for each pass. */
  readonly random: Random;
}

/**
 * Draws mini-batches over questions: all answers to a question fall into the same one.
 *
 * @param rows The answers by their questions.
 * @param options Passes and steps.
 * @returns Indices into `rows`, in order, for every step of every pass.
 */
export function miniBatches(
  rows: readonly { readonly question: string }[],
  options: MiniBatchOptions,
): number[][] {
  const questions = [...new Set(rows.map(({ question }) => question))];
  const numMiniBatches = Math.min(options.numMiniBatches, questions.length);
  const steps: number[][] = [];
  for (let epoch = 0; epoch < options.numEpochs; epoch++) {
    const order = options.random.split("epoch", epoch).permutation(questions.length);
    for (let part = 0; part < numMiniBatches; part++) {
      const from = Math.floor(part * questions.length / numMiniBatches);
      const to = Math.floor((part + 1) * questions.length / numMiniBatches);
      const chosen = new Set(Array.from(order.subarray(from, to), (i) => questions[i]!));
      steps.push([...rows.keys()].filter((index) => chosen.has(rows[index]!.question)));
    }
  }
  return steps;
}
