import { Random } from "../core/mod.ts";
import {
  type EvaluationRow,
  type EvaluationSummary,
  type EvaluationTableOptions,
  summariseSeeds,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import type { Counting } from "./counting.ts";
import { answersByModel, firstAndLast } from "./evaluated_answers.ts";

/**
 * Every model's evaluation over all seeds together, with intervals for new training runs where there are several.
 *
 * @param runs Runs of one arm or several.
 * @param options How discussions that stopped early count.
 * @returns Summaries by the model's name, with the arm's where there are several.
 */
export function pooledSummaries(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Readonly<Record<string, EvaluationSummary>> {
  const hasArms = new Set(runs.map(({ arm }) => arm)).size > 1;
  const pooled = new Map<string, { counting: Counting; bySeed: Map<number, EvaluationRow[]> }>();
  for (const { arm, seed, evaluations, counting = {} } of runs) {
    for (const [model, answers] of Object.entries(answersByModel(firstAndLast(evaluations)))) {
      const name = hasArms ? `${arm}: ${model}` : model;
      const { bySeed = new Map<number, EvaluationRow[]>() } = pooled.get(name) ?? {};
      pooled.set(name, { counting, bySeed: bySeed.set(seed, answers) });
    }
  }
  const random = Random.fromSeed(0).split("intervals");
  return Object.fromEntries(
    [...pooled].map(([name, { counting, bySeed }]) => [
      name,
      summariseSeeds(bySeed, { ...counting, ...options, random }),
    ]),
  );
}
