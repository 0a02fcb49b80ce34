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
  formatNumber,
  lastTurns,
} from "../../lib/tracking/mod.ts";
import { trainedAnswers, untrainedAnswers } from "./trained_answers.ts";

/** The mean accuracy that each seed ends with. */
export const bySeed: ArmColumn = {
  title: "after, by seed",
  cell: (runs) =>
    runs.map((run) => formatNumber(shareOf(lastTurns(run).at(-1)!, ({ correct }) => correct), 2))
      .join(", "),
};

/** How many first answers told their facts before training. */
export const toldBefore: ArmColumn = toldBy("first answers that tell, before", untrainedAnswers);

/** How many first answers of the trained agents tell their facts. */
export const toldAfter: ArmColumn = toldBy("first answers that tell, after", trainedAnswers);

function toldBy(title: string, answersOf: (run: ArmRun) => EvaluatedRow[]): ArmColumn {
  return {
    title,
    digits: 3,
    cell(runs) {
      const strategies = runs.flatMap(answersOf).filter(({ turn }) => turn === 0)
        .map((row) => annotationsOfRow(row).strategy);
      return strategies.every((strategy) => strategy == null)
        ? null
        : shareOf(strategies, (strategy) => strategy === "tell");
    },
  };
}

function shareOf<Item>(items: readonly Item[], isCounted: (item: Item) => boolean): number {
  return items.filter(isCounted).length / Math.max(1, items.length);
}
