import { Random } from "../core/mod.ts";
import {
  type EvaluationRow,
  type EvaluationSummary,
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
  type QuestionValues,
  type SeedValues,
  summariseSeeds,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import type { Counting } from "./counting.ts";
import { answersByModel, firstAndLast } from "./evaluated_answers.ts";

/** The discussions of one model in the runs of several seeds. */
export interface DiscussionSeries {
  /** What tables and pictures call it. */
  readonly name: string;
  /** How its runs want answers counted. */
  readonly counting: Counting;
  /** Answers by seed. */
  readonly bySeed: ReadonlyMap<number, readonly EvaluationRow[]>;
}

/**
 * Names the discussions of a model.
 *
 * @param run The run that it is of.
 * @param model The model, as frames name it.
 * @returns The name; undefined of those that are not shown.
 */
export type NameOfSeries = (run: ArmRun, model: string) => string | undefined;

/**
 * Discussions before and after training, by names of one's own.
 *
 * @param runs Runs of one arm or several.
 * @param nameOf Their names. Where several runs of a seed give the same name, as all arms ask the same base model,
 * the first one counts.
 * @returns The series, in the order in which they occur.
 */
export function discussionSeries(
  runs: readonly ArmRun[],
  nameOf: NameOfSeries,
): DiscussionSeries[] {
  const named = new Map<string, { counting: Counting; bySeed: Map<number, EvaluationRow[]> }>();
  for (const run of runs) {
    const { seed, evaluations, counting = {} } = run;
    for (const [model, answers] of Object.entries(answersByModel(firstAndLast(evaluations)))) {
      const name = nameOf(run, model);
      if (name === undefined) continue;
      const series = named.get(name) ?? { counting, bySeed: new Map<number, EvaluationRow[]>() };
      if (!series.bySeed.has(seed)) series.bySeed.set(seed, answers);
      named.set(name, series);
    }
  }
  return [...named].map(([name, series]) => ({ name, ...series }));
}

/**
 * Summarises each series over all its seeds.
 *
 * @param series Series with different names.
 * @param options How discussions that stopped early count.
 * @returns Summaries by the series' names, with intervals for new training runs where there are several seeds.
 */
export function summariesOfSeries(
  series: readonly DiscussionSeries[],
  options: EvaluationTableOptions = {},
): Readonly<Record<string, EvaluationSummary>> {
  return Object.fromEntries(
    series.map(({ name, counting, bySeed }) => [
      name,
      summariseSeeds(bySeed, { ...counting, ...options, random: seriesRandom() }),
    ]),
  );
}

/**
 * Source of the resampling of all tables over series.
 *
 * @returns It; tables with as many questions share their resamples.
 */
export function seriesRandom(): Random {
  return Random.fromSeed(0).split("intervals");
}

/**
 * Measures each question of a series.
 *
 * @param series The series.
 * @param valuesOf What is measured, shape [Q]; null = a question does not count.
 * @returns Values by seed and question.
 */
export function seedValuesOf(
  { counting, bySeed }: DiscussionSeries,
  valuesOf: (table: EvaluationTable) => readonly (number | null)[],
): SeedValues {
  return new Map([...bySeed].map(([seed, answers]) => {
    const table = evaluationTable(answers, counting);
    const values = valuesOf(table);
    const ofSeed: QuestionValues = new Map(table.questions.map((name, q) => [name, values[q]!]));
    return [seed, ofSeed];
  }));
}
