import type { EvaluationSummary, EvaluationTableOptions } from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { discussionSeries, summariesOfSeries } from "./discussion_series.ts";

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
  const series = discussionSeries(runs, ({ arm }, model) => hasArms ? `${arm}: ${model}` : model);
  return summariesOfSeries(series, options);
}
