import { Random } from "../core/mod.ts";
import {
  compareWays,
  type EvaluationTableOptions,
  type WayComparison,
  type WayOfAnswering,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { baselinesTable } from "./baselines_table.ts";
import { askedQuestions } from "./evaluated_answers.ts";
import { repeatedQuestions } from "./repeated_questions.ts";
import type { Table } from "./tables.ts";
import { waysOfRun } from "./ways_of_run.ts";

/**
 * What each arm's models reach at the same cost without discussion, over the questions of all seeds.
 *
 * @param runs Runs of one arm or several.
 * @param options How discussions that stopped early count.
 * @returns A table for each arm whose models answered without discussion, by name: `baselines`, or where
 * there are several arms `baselines_` and the arm's.
 */
export function baselineTables(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Record<string, Table> {
  const hasArms = new Set(runs.map(({ arm }) => arm)).size > 1;
  const tables = [...comparedArms(runs, options)].map(([arm, compared]) => {
    const { all, bySeed, numQuestions } = compared;
    const ofArm = runs.filter((run) => run.arm === arm);
    const questions = `${numQuestions} ${questionsOfSeeds(ofArm)}`;
    const name = hasArms
      ? `baselines_${arm.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`
      : "baselines";
    const notes = repeatedQuestions(ofArm);
    const options = { questions, bySeed, notes, ...(hasArms ? { arm } : {}) };
    return [name, baselinesTable(all, options)] as const;
  });
  return Object.fromEntries(tables);
}

/**
 * Names the questions that were asked before and after training.
 *
 * @param runs Runs of one arm.
 * @returns Such as `test questions of seeds 0, 1`.
 */
export function questionsOfSeeds(runs: readonly ArmRun[]): string {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  return `${askedQuestions(runs)} of ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
}

/** The ways of answering of an arm. */
export interface ComparedArm {
  /** Over the questions of all seeds. */
  readonly all: WayComparison;
  /** Of each seed by itself. */
  readonly bySeed: ReadonlyMap<number, WayComparison>;
  /** Of all seeds. */
  readonly numQuestions: number;
}

/**
 * Compares ways of answering for each arm.
 *
 * @param runs Runs of one arm or several.
 * @param options How discussions that stopped early count.
 * @returns Comparisons by the arm's name; without arms whose models answered in discussions alone.
 */
export function comparedArms(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): ReadonlyMap<string, ComparedArm> {
  if (Object.keys(options).length > 0) return compareArms(runs, options);
  const known = COMPARED.get(runs);
  if (known) return known;
  const compared = compareArms(runs, options);
  COMPARED.set(runs, compared);
  return compared;
}

/** Comparing takes seconds, and table, further tables and picture of a result ask for the same runs. */
const COMPARED = new WeakMap<readonly ArmRun[], ReadonlyMap<string, ComparedArm>>();

function compareArms(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions,
): ReadonlyMap<string, ComparedArm> {
  const compared = [...Map.groupBy(runs, ({ arm }) => arm)].map(([arm, ofArm]) => {
    const waysBySeed = ofArm.map(({ seed, counting, ...run }): [number, WayOfAnswering[]] => [
      seed,
      waysOfRun(run, { ...counting, ...options, random: Random.fromSeed(seed).split("subsets") }),
    ]);
    const comparison = (ways: readonly WayOfAnswering[][], seed: number) =>
      compareWays(ways, { random: Random.fromSeed(seed).split("intervals") });
    const all = comparison(waysBySeed.map(([, ways]) => ways), 0);
    return [arm, {
      all,
      bySeed: new Map(waysBySeed.map(([seed, ways]) => [seed, comparison([ways], seed)])),
      numQuestions: all.ways[0]?.creditsQ.length ?? 0,
    }] as const;
  });
  return new Map(compared.filter(([, { numQuestions }]) => numQuestions > 0));
}
