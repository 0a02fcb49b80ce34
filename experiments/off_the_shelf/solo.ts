import { Random } from "../../lib/core/mod.ts";
import {
  differenceOverSeeds,
  type Interval,
  meanOverSeeds,
  questionKey,
  type QuestionValues,
  type SeedValues,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  methodInWords,
  seriesNote,
  type Table,
} from "../../lib/tracking/mod.ts";
import { domainOf } from "./series.ts";

/** First answers by what later turns have learnt, as frames name them. */
const LATER = /^parameters_of_/;
/** First answers of the base model. */
const SAMPLED = "sampled";

/** What one kind of agents answers without discussion. */
export interface SoloAnswers {
  /** Of the questions. */
  readonly domain: string;
  /** Who is asked the bare question. */
  readonly model: string;
  /** Mean accuracy. */
  readonly accuracy: Interval | null;
  /** The same less that of the base model, paired by question; null for the base model itself. */
  readonly difference: Interval | null;
}

/**
 * What the trained agents answer without discussion (Remark 2 of the paper): the parameters of the later turns are
 * asked the bare question, as in a first turn, which the base model answers in discussions.
 *
 * @param runs Runs of some or all arms; those in which answers without discussion were measured count.
 * @returns One entry per arm and model, the base model first.
 */
export function soloAnswers(runs: readonly ArmRun[]): SoloAnswers[] {
  const options = { bounds: { low: 0, high: 1 }, random: Random.fromSeed(0).split("solo") };
  return [...Map.groupBy(runs, ({ arm }) => arm)].flatMap(([arm, ofArm]): SoloAnswers[] => {
    const base = accuracies(ofArm, SAMPLED, 0);
    const methods = new Set(
      ofArm.flatMap(({ baselines }) => baselines.map(({ method }) => method)),
    );
    const later = [...methods].filter((method) => LATER.test(method));
    if (base.size === 0 || later.length === 0) return [];
    const domain = domainOf(arm);
    const accuracy = meanOverSeeds(base, options);
    return [
      { domain, model: "off-the-shelf, one answer", accuracy, difference: null },
      ...later.map((method) => {
        const values = accuracies(ofArm, method);
        return {
          domain,
          model: `MAPoRL, one answer, ${methodInWords(method)}`,
          accuracy: meanOverSeeds(values, options),
          difference: differenceOverSeeds(values, base, options),
        };
      }),
    ];
  });
}

/**
 * Shows {@linkcode soloAnswers}.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per arm and model.
 */
export function soloTable(runs: readonly ArmRun[]): Table {
  const solo = soloAnswers(runs);
  return adjustedTable({
    title: "Accuracy of the agents without discussion (95 % intervals)",
    columns: [
      { title: "domain" },
      { title: "who is asked the bare question" },
      { title: "accuracy", digits: 3 },
      { title: "minus off-the-shelf", digits: 3 },
    ],
    rows: solo.map((one) => [one.domain, one.model, one.accuracy, one.difference]),
    ...(solo.length === 0 ? {} : { caption: seriesNote(runs, ({ arm }) => domainOf(arm)) }),
  });
}

/** Mean accuracy of each question's answers by a method, by seed and question. */
function accuracies(runs: readonly ArmRun[], method: string, update?: number): SeedValues {
  const values = runs.map(({ seed, baselines }): [number, QuestionValues] => {
    const answers = baselines.filter((row) =>
      row.method === method && (update === undefined || row.update === update)
    );
    return [
      seed,
      new Map(
        [...Map.groupBy(
          answers,
          ({ questionId, questionHash }) => questionKey(questionId, questionHash),
        )].map(([question, rows]) => [
          question,
          rows.filter(({ correct }) => correct).length / rows.length,
        ]),
      ),
    ];
  });
  return new Map(values.filter(([, ofSeed]) => ofSeed.size > 0));
}
