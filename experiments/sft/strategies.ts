import { annotationTable, type ArmRun, firstAndLast, type Table } from "../../lib/tracking/mod.ts";
import { nameOf } from "./series.ts";

/** As the format of the world declares it. */
const STRATEGY = { name: "strategy", title: "What answers say they do", meaning: "" };

/**
 * What later answers do, and how often they are right with it: whether training teaches what to do, or to do the
 * same better.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per strategy, two columns per way of training; the base model's are those of its first runs.
 */
export function strategiesTable(runs: readonly ArmRun[]): Table {
  const seen = new Set<string>();
  const rows = runs.flatMap((run) =>
    [...Map.groupBy(firstAndLast(run.evaluations), ({ model }) => model)].flatMap(([model, of]) => {
      const name = nameOf(run, model);
      const key = JSON.stringify([run.seed, name]);
      if (seen.has(key)) return [];
      seen.add(key);
      return of.map((row) => ({ ...row, model: name }));
    })
  );
  return annotationTable(rows, STRATEGY);
}
