import type { EvaluationTableOptions } from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { comparedArms, questionsOfSeeds } from "./baselines_of_arms.ts";
import { baselinesTable } from "./baselines_table.ts";
import { repeatedQuestions } from "./repeated_questions.ts";
import type { Table } from "./tables.ts";

/** What a reader asks for first: single answers, as many as a discussion has, as many as cost the same, discussions. */
const SHOWN = [
  /^one answer/,
  /^(vote of \d+|best of \d+, by the verifier)$/,
  /^best (at equal tokens|of all sampled, at fewer tokens), by (the verifier|an oracle)/,
  /^self-refinement, last turn: vote$/,
  /^discussion.*(agents|vote|verifier)$/,
];

/**
 * The table of an experiment of one arm: what trained discussions reach, beside the ways without discussion or
 * training that a reader asks for first. The caption names the best of all baselines, also where it has no row.
 *
 * @param runs Runs of one arm.
 * @param options How discussions that stopped early count.
 * @returns The table; without rows where models answered in discussions alone.
 */
export function headlineTable(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Table {
  const [compared] = comparedArms(runs, options).values();
  const ways = compared?.all.ways ?? [];
  const trained = ways.find(({ kind }) => kind === "trained")?.model;
  const othersAnswerAlone = ways.some(({ model, way }) =>
    model !== trained && /^one answer/.test(way)
  );
  return baselinesTable(compared?.all ?? { ways: [], best: undefined }, {
    questions: `${compared?.numQuestions ?? 0} ${questionsOfSeeds(runs)}`,
    ...(compared === undefined ? {} : { bySeed: compared.bySeed }),
    notes: repeatedQuestions(runs),
    // A trained model that discusses is not asked what it says alone.
    shows: ({ kind, model, way }) =>
      SHOWN.some((shown) => shown.test(way)) &&
      (kind === "trained" || model !== trained || !othersAnswerAlone),
  });
}
