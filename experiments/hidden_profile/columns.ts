/**
 * What the table shows of an arm besides its accuracy.
 *
 * @module
 */
import {
  annotationsOfRow,
  type ArmColumn,
  formatNumber,
  lastTurns,
} from "../../lib/tracking/mod.ts";
import { trainedAnswers } from "./trained_answers.ts";

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
    const strategies = runs.flatMap(trainedAnswers).filter(({ turn }) => turn === 0)
      .map((row) => annotationsOfRow(row).strategy);
    return strategies.every((strategy) => strategy == null)
      ? null
      : shareOf(strategies, (strategy) => strategy === "tell");
  },
};

function shareOf<Item>(items: readonly Item[], isCounted: (item: Item) => boolean): number {
  return items.filter(isCounted).length / Math.max(1, items.length);
}
