import type { Random } from "../core/mod.ts";
import {
  compareSystems,
  type EvaluationRow,
  type EvaluationTableOptions,
} from "../evaluation/mod.ts";
import { adjustedTable } from "./adjusted_table.ts";
import { withoutGainOfOneTurn } from "./result_tables.ts";
import type { Table } from "./tables.ts";

/** Options of {@linkcode differenceTable}. */
export interface DifferenceTableOptions extends EvaluationTableOptions {
  /** Draws the resamples. */
  readonly random: Random;
  /** Bootstrap resamples over questions. */
  readonly numResamples: number;
  /** What the questions are, for the title. */
  readonly questions: string;
}

/**
 * How much more accurate each model is than the first one, paired by question.
 *
 * @param rowsByModel Answers of an evaluation by the model's name, the untrained one first.
 * @param options Resamples, and how discussions that stopped early count.
 * @returns One row per other model, one column per turn, with adjusted p-values.
 */
export function differenceTable(
  rowsByModel: Readonly<Record<string, readonly EvaluationRow[]>>,
  options: DifferenceTableOptions,
): Table {
  const [[before, baseRows] = [], ...others] = Object.entries(rowsByModel);
  const rows = others.map(([model, trainedRows]) => {
    const { turns, gain } = compareSystems(trainedRows, baseRows!, options);
    return [`${model} - ${before}`, ...turns.map((turn) => turn.meanAccuracy), gain.meanAccuracy];
  });
  const numTurns = Math.max(0, ...rows.map((row) => row.length - 2));
  return adjustedTable(withoutGainOfOneTurn(numTurns, {
    title: `Difference in mean accuracy, paired by question (${options.questions}, 95 % intervals)`,
    columns: [
      { title: "difference" },
      ...Array.from({ length: numTurns }, (_, turn) => ({ title: `turn ${turn + 1}`, digits: 3 })),
      { title: "of last - first", digits: 3 },
    ],
    rows,
  }));
}
