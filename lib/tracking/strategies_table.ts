import type { EvaluationsRow } from "./frame_columns.ts";
import type { Table } from "./tables.ts";

/**
 * How often each strategy is stated, and how often it leads to a right answer: tells a better choice
 * of strategies from better solving, which would show as a higher accuracy of one of them.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @returns One row per strategy of the later turns, two columns per model.
 */
export function strategiesTable(rows: readonly EvaluationsRow[]): Table {
  const later = rows.filter(({ turn }) => turn > 0);
  const models = [...new Set(later.map(({ model }) => model))];
  const strategies = [...new Set(later.map(({ strategy }) => strategy ?? "none stated"))].sort();
  return {
    title: "Strategies of the later turns: share of the answers, and accuracy with it",
    columns: [
      { title: "strategy" },
      ...models.flatMap((model) => [
        { title: `${model}: share`, digits: 3 },
        { title: "accuracy", digits: 3 },
      ]),
    ],
    rows: strategies.map((strategy) => [
      strategy,
      ...models.flatMap((model) => {
        const all = later.filter((row) => row.model === model);
        const own = all.filter((row) => (row.strategy ?? "none stated") === strategy);
        const right = own.filter(({ correct }) => correct).length;
        return [
          all.length > 0 ? own.length / all.length : null,
          own.length > 0 ? right / own.length : null,
        ];
      }),
    ]),
  };
}
