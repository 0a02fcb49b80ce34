/**
 * What the table shows of an arm besides its accuracy.
 *
 * @module
 */
import {
  annotationsOfRow,
  type ArmColumn,
  type ArmRun,
  type EvaluatedRow,
  firstAndLast,
  formatNumber,
  lastTurns,
} from "../../lib/tracking/mod.ts";

/** The mean accuracy that each seed ends with. */
export const bySeed: ArmColumn = {
  title: "after, by seed",
  cell: (runs) =>
    runs.map((run) => formatNumber(shareOf(lastTurns(run).at(-1)!, ({ correct }) => correct), 2))
      .join(", "),
};

/** How many first answers of the trained agents tell their facts. */
export const told: ArmColumn = {
  title: "first answers that tell, after",
  digits: 3,
  cell(runs) {
    const strategies = runs.flatMap(firstAnswers).map((row) => annotationsOfRow(row).strategy);
    return strategies.every((strategy) => strategy == null)
      ? null
      : shareOf(strategies, (strategy) => strategy === "tell");
  },
};

function firstAnswers({ evaluations }: ArmRun): EvaluatedRow[] {
  const asked = firstAndLast(evaluations);
  const last = asked.reduce((most, { update }) => Math.max(most, update), 0);
  const model = asked.findLast(({ update }) => update === last)?.model;
  return asked.filter((row) => row.model === model && row.turn === 0);
}

function shareOf<Item>(items: readonly Item[], isCounted: (item: Item) => boolean): number {
  return items.filter(isCounted).length / Math.max(1, items.length);
}
