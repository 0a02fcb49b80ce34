import { bootstrapDifference, bootstrapMean, type Interval } from "./bootstrap.ts";
import type { Bounds } from "./few_questions.ts";
import { intervalOverSeeds, type OverSeedsOptions } from "./interval_over_seeds.ts";
import type { QuestionKey } from "./question_key.ts";
import type { SummaryOptions } from "./summary.ts";
import type { WayOfAnswering } from "./way_of_answering.ts";
import { drawResamples } from "./resamples.ts";

/** A way over all questions, with intervals. */
export interface ComparedWay extends Omit<WayOfAnswering, "credits"> {
  /** Its credit of every question, shape [Q]; null where it does not count. */
  readonly creditsQ: readonly (number | null)[];
  /** Keys of the questions, shape [Q], with the run in front. */
  readonly questions: readonly QuestionKey[];
  /** Mean over questions; null if none counts. */
  readonly accuracy: Interval | null;
  /** Of a trained way: how much more accurate it is than the best baseline, paired by question. */
  readonly difference: Interval | null;
  /** Of a trained way: the same two for new training runs; null where there are fewer than two runs. */
  readonly overSeeds: {
    readonly accuracy: Interval | null;
    readonly difference: Interval | null;
  };
}

/** Ways of answering the same questions. */
export interface WayComparison {
  /** All of them, in the order of the first run. */
  readonly ways: readonly ComparedWay[];
  /** The most accurate baseline; undefined where there is none. */
  readonly best: ComparedWay | undefined;
}

const SHARES = { bounds: { low: 0, high: 1 } };

/**
 * Compares ways of answering over the questions of one run, or of several with seeds of their own, whose
 * questions count equally.
 *
 * Baselines are asked for at the cost of a discussion, in answers or in tokens; each says what it costs. The best is
 * chosen by the same questions that it is then compared on, which favours the baselines: of four that are equally
 * good, intervals of the difference miss the truth rather below it than above (`tests/evaluation/table_coverage_test.ts`).
 *
 * @param runs Shape [runs][ways]; a way that one of the runs lacks is left out.
 * @param options Randomness, resamples and level.
 * @returns The ways, and the best baseline.
 * @throws {RangeError} If ways of one run answered other questions.
 */
export function compareWays(
  runs: readonly (readonly WayOfAnswering[])[],
  options: Pick<SummaryOptions, "random" | "numResamples" | "level">,
): WayComparison {
  const pooled = pool(runs);
  if (pooled.length === 0) return { ways: [], best: undefined };
  const resamples = drawResamples(pooled[0]!.questions, options);
  const measured = pooled.map((way) => ({
    ...way,
    accuracy: bootstrapMean(way.creditsQ, resamples, { ...options, ...SHARES }),
  }));
  const best = measured.filter(({ kind }) => kind === "baseline").reduce<
    typeof measured[number] | undefined
  >((a, b) => (b.accuracy?.estimate ?? -1) > (a?.accuracy?.estimate ?? -1) ? b : a, undefined);
  const sizes = runs.map((ways) => ways[0]!.credits.size);
  const ways = measured.map((way): ComparedWay => {
    if (way.kind !== "trained") return { ...way, difference: null, overSeeds: NOT_OVER_SEEDS };
    const difference = best
      ? bootstrapDifference(way.creditsQ, best.creditsQ, { ...options, ...SHARES, resamples })
      : null;
    return {
      ...way,
      difference,
      overSeeds: overSeeds({ ...way, difference }, best, { ...options, sizes }),
    };
  });
  return { ways, best: ways[best ? measured.indexOf(best) : -1] };
}

const NOT_OVER_SEEDS = { accuracy: null, difference: null };

function overSeeds(
  { creditsQ, accuracy, difference }: Pick<ComparedWay, "creditsQ" | "accuracy" | "difference">,
  best: Pick<ComparedWay, "creditsQ"> | undefined,
  { sizes, level }: Pick<SummaryOptions, "level"> & { readonly sizes: readonly number[] },
): ComparedWay["overSeeds"] {
  const intervalOf = (
    valuesQ: readonly (number | null)[],
    overQuestions: Interval | null,
    bounds: Bounds,
  ) =>
    overQuestions && overRuns(valuesQ, sizes, {
      overQuestions,
      bounds,
      ...(level === undefined ? {} : { level }),
    });
  const differencesQ = creditsQ.map((credit, q) => {
    const other = best?.creditsQ[q] ?? null;
    return credit === null || other === null ? null : credit - other;
  });
  return {
    accuracy: intervalOf(creditsQ, accuracy, SHARES.bounds),
    difference: intervalOf(differencesQ, difference, { low: -1, high: 1 }),
  };
}

/** Of values in the order of the runs, so many of each; without runs in which no question counts. */
function overRuns(
  valuesQ: readonly (number | null)[],
  sizes: readonly number[],
  options: OverSeedsOptions,
): Interval | null {
  let from = 0;
  const counted = sizes.map((size) =>
    valuesQ.slice(from, from += size).filter((value) => value !== null)
  ).filter(({ length }) => length > 0);
  const means = counted.map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  return intervalOverSeeds(means, { ...options, countsS: counted.map(({ length }) => length) });
}

type PooledWay = Omit<ComparedWay, "accuracy" | "difference" | "overSeeds">;

function pool(runs: readonly (readonly WayOfAnswering[])[]): PooledWay[] {
  const keyOf = ({ model, way, slot = way }: WayOfAnswering) => JSON.stringify([model, slot]);
  const byKey = runs.map((ways) => new Map(ways.map((way) => [keyOf(way), way])));
  return (runs[0] ?? []).flatMap((first): PooledWay[] => {
    const own = byKey.map((ways) => ways.get(keyOf(first)));
    if (own.some((way) => way === undefined)) return [];
    const all = own as WayOfAnswering[];
    const creditsQ = all.flatMap((way, run) => inOrderOf(way, runs[run]![0]!));
    const mean = (value: (way: WayOfAnswering) => number) =>
      all.reduce((sum, way) => sum + value(way) * way.credits.size, 0) / creditsQ.length;
    const questions = runs.flatMap(([{ credits } = first], run) =>
      [...credits.keys()].map((key) => `${run} ${key}`)
    );
    return [{
      questions,
      model: first.model,
      way: (all.find(({ isShort }) => isShort) ?? first).way,
      kind: first.kind,
      creditsQ,
      numAnswers: mean(({ numAnswers }) => numAnswers),
      cost: {
        tokens: mean(({ cost }) => cost.tokens),
        // The mean is as unknown as any of them.
        flops: all.some(({ cost }) => cost.flops === null) ? null : mean(({ cost }) => cost.flops!),
      },
    }];
  });
}

/** Credits in the order of another way's questions. */
function inOrderOf({ model, way, credits }: WayOfAnswering, other: WayOfAnswering) {
  return [...other.credits.keys()].map((question) => {
    const credit = credits.get(question);
    if (credit === undefined || credits.size !== other.credits.size) {
      throw new RangeError(
        `Cannot compare ways of answering as they must have answered the same questions: ${model}, ${way} ` +
          `has ${credits.size} and ${other.way} ${other.credits.size}`,
      );
    }
    return credit;
  });
}
