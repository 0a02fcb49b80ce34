import { Random } from "../core/mod.ts";
import {
  compareSystems,
  type EvaluationRow,
  type EvaluationTableOptions,
  type Interval,
  intervalOverSeeds,
  summarise,
} from "../evaluation/mod.ts";
import { adjustedTable } from "./adjusted_table.ts";
import type { ArmRun } from "./arms.ts";
import { askedQuestions, firstAndLast } from "./evaluated_answers.ts";
import { lastTurns } from "./last_turns.ts";
import { differenceCell, OVER_SEEDS, overSeedsCell, SEEDS_NOTE } from "./over_seeds.ts";
import { repeatedQuestions } from "./repeated_questions.ts";
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
  /** Whether each arm is compared with the first; default true. */
  readonly comparesArms?: boolean;
}

/** What an arm reaches. */
interface MeasuredArm {
  readonly arm: string;
  readonly before: MeasuredAnswers;
  readonly after: MeasuredAnswers;
  /** Whether it was trained in between. */
  readonly isTrained: boolean;
}

/** Answers of the last turn, each as one of turn 0. */
interface MeasuredAnswers {
  /** The answers by seed. */
  readonly bySeed: ReadonlyMap<number, EvaluationRow[]>;
  /** Their mean accuracy over all seeds. */
  readonly pooled: Interval;
  /** And by seed. */
  readonly means: ReadonlyMap<number, number>;
  /** And number of questions. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * Mean accuracy in the last turn, before training and after, of every arm over all its seeds, what training
 * changed, and how far the trained one is from that of the first arm: with intervals over the questions of all
 * seeds, and over seeds, and p-values that are adjusted for all differences.
 *
 * Arms with more agents or fewer have answered the same questions and are compared question by question as well;
 * the caption names them, as there more differs than what was learnt.
 *
 * @param runs Runs of several arms, those of one seed on the same questions.
 * @param options How discussions that stopped early count, what is compared, and further columns.
 * @returns One row per arm, in the order of the runs; nothing over seeds where no arm has two, and no column of
 * differences that has none.
 */
export function accuracyByArm(
  runs: readonly ArmRun[],
  { columns = [], comparesArms = true, ...options }: AccuracyByArmOptions = {},
): Table {
  const drawn = { ...options, random: Random.fromSeed(0).split("intervals") };
  const runsByArm = Map.groupBy(runs, ({ arm }) => arm);
  const arms = [...runsByArm].map(([arm, ofArm]) => measuredArm(arm, ofArm, drawn));
  const first = arms[0];
  const hasSeeds = arms.some(({ after }) => after.bySeed.size > 1);
  const hasTrained = arms.some(({ isTrained }) => isTrained);
  /** A cell or column that stands there only where arms have several seeds. */
  const ifSeeds = <Thing>(thing: Thing): Thing[] => hasSeeds ? [thing] : [];
  const differences = [
    ...(hasTrained
      ? [{
        title: "after - before",
        of: ({ before, after, isTrained }: MeasuredArm) =>
          isTrained ? differenceOf(after, before, drawn) : undefined,
      }]
      : []),
    ...(comparesArms && arms.length > 1
      ? [{
        title: `after - ${first!.arm}`,
        of: (one: MeasuredArm) =>
          one === first ? undefined : differenceOf(one.after, first!.after, drawn),
      }]
      : []),
  ];
  const rows = arms.map((one): Cell[] => [
    one.arm,
    one.after.bySeed.size,
    one.before.pooled,
    one.after.pooled,
    ...ifSeeds(overSeedsCell(
      intervalOverSeeds([...one.after.means.values()], {
        overQuestions: one.after.pooled,
        countsS: [...one.after.counts.values()],
        bounds: { low: 0, high: 1 },
      }),
      DIGITS,
    )),
    ...differences.flatMap(({ of }) => differenceCells(of(one), ifSeeds)),
    ...columns.map((column) => column.cell(runsByArm.get(one.arm)!)),
  ]);
  const overSeeds: TableColumn = { title: OVER_SEEDS };
  const caption = [
    ...ifSeeds(SEEDS_NOTE),
    ...repeatedQuestions(runs),
    ...(comparesArms ? otherAgents(arms) : []),
  ].join(
    " ",
  );
  const questions = askedQuestions(runs, { test: "held-out" });
  return adjustedTable({
    title: `Mean accuracy in the last turn on ${questions} (95 % intervals over questions` +
      (hasSeeds ? " and over seeds)" : ")"),
    columns: [
      { title: "arm" },
      { title: "seeds", digits: 0 },
      { title: "before training", digits: DIGITS },
      { title: "after", digits: DIGITS },
      ...ifSeeds(overSeeds),
      ...differences.flatMap(({ title }) => [{ title, digits: DIGITS }, ...ifSeeds(overSeeds)]),
      ...columns.map(({ cell: _cell, ...column }) => column),
    ],
    rows,
    ...(caption === "" ? {} : { caption }),
  });
}

type Drawn = EvaluationTableOptions & { readonly random: Random };

function measuredArm(arm: string, ofArm: readonly ArmRun[], drawn: Drawn): MeasuredArm {
  const turns = ofArm.map((run) => ({ seed: run.seed, last: lastTurns(run) }));
  return {
    arm,
    before: measuredAnswers(new Map(turns.map(({ seed, last }) => [seed, last[0]!])), drawn),
    after: measuredAnswers(new Map(turns.map(({ seed, last }) => [seed, last.at(-1)!])), drawn),
    isTrained: ofArm.some(({ evaluations }) =>
      firstAndLast(evaluations).some(({ update }) => update > 0)
    ),
  };
}

function measuredAnswers(
  bySeed: ReadonlyMap<number, EvaluationRow[]>,
  drawn: Drawn,
): MeasuredAnswers {
  const meanOf = (answers: readonly EvaluationRow[]) =>
    summarise(answers, drawn).turns[0]!.meanAccuracy!;
  const bySeeds = [...bySeed];
  return {
    bySeed,
    pooled: meanOf([...bySeed.values()].flat()),
    means: new Map(bySeeds.map(([seed, answers]) => [seed, meanOf(answers).estimate])),
    counts: new Map(bySeeds.map(([seed, answers]) => [seed, numQuestions(answers)])),
  };
}

const numQuestions = (answers: readonly EvaluationRow[]) =>
  new Set(answers.map((row) => row.question)).size;

/** Two kinds of answers over the seeds that both have. */
interface ArmDifference {
  readonly overQuestions: Interval;
  readonly overSeeds: Interval | null;
}

function differenceOf(
  one: MeasuredAnswers,
  other: MeasuredAnswers,
  drawn: Drawn,
): ArmDifference | undefined {
  const shared = [...one.bySeed.keys()].filter((seed) => other.bySeed.has(seed));
  if (shared.length === 0) return undefined;
  const pooled = ({ bySeed }: MeasuredAnswers) => shared.flatMap((seed) => bySeed.get(seed)!);
  const { turns } = compareSystems(pooled(one), pooled(other), drawn);
  const overQuestions = turns[0]!.meanAccuracy!;
  const differences = shared.map((seed) => one.means.get(seed)! - other.means.get(seed)!);
  const overSeeds = intervalOverSeeds(differences, {
    overQuestions,
    countsS: shared.map((seed) => one.counts.get(seed)!),
    bounds: { low: -1, high: 1 },
  });
  return { overQuestions, overSeeds };
}

function differenceCells(
  difference: ArmDifference | undefined,
  ifSeeds: (cell: Cell) => Cell[],
): Cell[] {
  const { overQuestions = null, overSeeds = null } = difference ?? {};
  return [
    differenceCell(overQuestions, overSeeds),
    ...ifSeeds(overSeedsCell(overSeeds, DIGITS)),
  ];
}

/** A sentence about arms whose agents are more or fewer than those of the first. */
function otherAgents(arms: readonly MeasuredArm[]): string[] {
  const numAgents = ({ after }: MeasuredArm) =>
    1 + [...after.bySeed.values()].flat().reduce((most, { agent }) => Math.max(most, agent), 0);
  const others = arms.filter((one) => numAgents(one) !== numAgents(arms[0]!));
  if (others.length === 0) return [];
  const named = others.map((one) => `${one.arm} (${numAgents(one)})`).join(", ");
  return [
    `With another number of agents than ${arms[0]!.arm} (${numAgents(arms[0]!)}): ${named}; ` +
    "their difference is paired by question, but more than what was learnt differs.",
  ];
}
