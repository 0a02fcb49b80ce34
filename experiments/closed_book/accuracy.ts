import {
  type ArmRun,
  pooledSummaries,
  repeatedQuestionsBy,
  type Table,
  turnsTable,
} from "../../lib/tracking/mod.ts";

/**
 * Accuracy of the agents at every turn, by domain.
 *
 * @param runs Runs that discuss.
 * @returns One row per domain and model.
 */
export function accuracyTable(runs: readonly ArmRun[]): Table {
  const table = turnsTable(pooledSummaries(runs), "meanAccuracy", { questions: "" });
  const notes = [table.caption ?? "", ...repeatedQuestionsBy(runs, ({ arm }) => arm)];
  return {
    ...table,
    title: "Mean accuracy of the agents (test questions; 95 % intervals over seeds and questions)",
    caption: notes.join(" ").trim(),
  };
}
