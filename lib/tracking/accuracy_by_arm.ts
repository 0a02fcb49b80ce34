import { Random } from "../core/mod.ts";
import {
  compareSystems,
  type EvaluationRow,
  type EvaluationTableOptions,
  summarise,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { askedQuestions } from "./evaluated_answers.ts";
import { formatNumber } from "./format_number.ts";
import { lastTurns } from "./last_turns.ts";
import type { Cell, Table, TableColumn } from "./tables.ts";

/** Places after the point of an accuracy. */
const DIGITS = 3;

/** A further column of {@linkcode accuracyByArm}. */
export interface ArmColumn extends TableColumn {
  /**
   * Its cell in the row of an arm.
   *
   * @param runs The arm's runs, one per seed.
   * @returns What it shows.
   */
  cell(runs: readonly ArmRun[]): Cell;
}

/** Options of {@linkcode accuracyByArm}. */
export interface AccuracyByArmOptions extends EvaluationTableOptions {
  /** Further columns, behind the others. */
  readonly columns?: readonly ArmColumn[];
}

/**
 * Mean accuracy in the last turn, before training and after, of every arm over all its seeds, and how far the
 * trained one is from that of the first arm.
 *
 * Intervals are over the questions of all seeds; how much seeds differ is shown beside them.
 *
 * @param runs Runs of several arms, those of one seed on the same questions.
 * @param options How discussions that stopped early count, and further columns.
 * @returns One row per arm, in the order of the runs.
 */
export function accuracyByArm(
  runs: readonly ArmRun[],
  { columns = [], ...options }: AccuracyByArmOptions = {},
): Table {
  const arms = [...Map.groupBy(runs, ({ arm }) => arm)];
  const drawn = { ...options, random: Random.fromSeed(0).split("intervals") };
  const meanOf = (answers: readonly EvaluationRow[]) =>
    summarise(answers, drawn).turns[0]!.meanAccuracy;
  const trainedBySeed = arms.map(([, ofArm]) =>
    new Map(ofArm.map((run) => [run.seed, lastTurns(run).at(-1)!]))
  );
  const rows = arms.map(([arm, ofArm], a): Cell[] => {
    const trained = trainedBySeed[a]!;
    const shares = [...trained.values()].map((answers) => meanOf(answers)!.estimate);
    const shared = [...trained.keys()].filter((seed) => trainedBySeed[0]!.has(seed));
    const pooled = (bySeed: ReadonlyMap<number, EvaluationRow[]>) =>
      shared.flatMap((seed) => bySeed.get(seed)!);
    const compared = a === 0 || shared.length === 0
      ? undefined
      : compareSystems(pooled(trained), pooled(trainedBySeed[0]!), drawn);
    return [
      arm,
      trained.size,
      meanOf(ofArm.flatMap((run) => lastTurns(run)[0]!)),
      meanOf([...trained.values()].flat()),
      `${formatNumber(Math.min(...shares), DIGITS)} to ${
        formatNumber(Math.max(...shares), DIGITS)
      }`,
      compared?.turns[0]?.meanAccuracy ?? null,
      ...columns.map((column) => column.cell(ofArm)),
    ];
  });
  const questions = askedQuestions(runs, { test: "held-out" });
  return {
    title: `Mean accuracy in the last turn on ${questions} (95 % intervals over questions)`,
    columns: [
      { title: "arm" },
      { title: "seeds", digits: 0 },
      { title: "before training", digits: DIGITS },
      { title: "after", digits: DIGITS },
      { title: "least and most of a seed" },
      { title: `after - ${arms[0]?.[0] ?? "the first arm"}`, digits: DIGITS },
      ...columns.map(({ cell: _cell, ...column }) => column),
    ],
    rows,
  };
}
