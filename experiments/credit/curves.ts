/**
 * Learning curves over sampled tokens instead of updates, so that arms whose answers grow longer pay for it.
 *
 * @module
 */
import {
  evaluationTable,
  type QuestionValues,
  type SeedValues,
  turnValues,
} from "../../lib/evaluation/mod.ts";
import { type ArmRun, evaluatedAnswers } from "../../lib/tracking/mod.ts";

/** What a run's agents reach after so many tokens. */
export interface CurvePoint {
  /** Tokens that training had sampled by then. */
  readonly tokens: number;
  /** Mean accuracy of the agents in the last turn, by question. */
  readonly values: QuestionValues;
}

/** The learning curves of an arm by seed. */
export interface ArmCurves {
  /** Name of the arm. */
  readonly arm: string;
  /** Points of each seed, by tokens. */
  readonly bySeed: ReadonlyMap<number, readonly CurvePoint[]>;
}

/**
 * The learning curve of a run: a point for each of its evaluations.
 *
 * @param run A run whose evaluations all ask the same questions.
 * @returns Its points by tokens; none where the run does not tell how many tokens its updates sampled.
 */
export function learningCurve({ evaluations, updates = [], counting = {} }: ArmRun): CurvePoint[] {
  // An update has a row for each of its parameters and turn groups, and samples its answers once for all.
  const sampled = new Map(updates.map(({ update, rolloutTokens }) => [update, rolloutTokens]));
  if (sampled.size === 0 || [...sampled.values()].includes(undefined)) return [];
  const byUpdate = [...Map.groupBy(evaluations, ({ update }) => update)].sort(([a], [b]) => a - b);
  return byUpdate.map(([done, rows]) => {
    const table = evaluationTable(evaluatedAnswers(rows), counting);
    const values = turnValues(table, "meanAccuracy", { ...counting, turn: table.numTurns - 1 });
    const before = [...sampled].filter(([update]) => update < done);
    return {
      tokens: before.reduce((sum, [, tokens]) => sum + tokens!, 0),
      values: new Map(table.questions.map((question, q) => [question, values[q]!])),
    };
  });
}

/**
 * The learning curves of all arms.
 *
 * @param runs Finished runs, by seed and arm.
 * @returns One entry for each arm with a curve.
 */
export function curvesOf(runs: readonly ArmRun[]): ArmCurves[] {
  const arms = [...Map.groupBy(runs, ({ arm }) => arm)].map(([arm, ofArm]) => ({
    arm,
    bySeed: new Map(
      ofArm.map((run) => [run.seed, learningCurve(run)] as const)
        .filter(([, points]) => points.length > 1),
    ),
  }));
  return arms.filter(({ bySeed }) => bySeed.size > 0);
}

/**
 * As many tokens as every run of every arm has sampled.
 *
 * @param curves Learning curves, at least one.
 * @returns The fewest of all runs.
 */
export function sharedTokens(curves: readonly ArmCurves[]): number {
  return Math.min(
    ...curves.flatMap(({ bySeed }) => [...bySeed.values()].map((points) => points.at(-1)!.tokens)),
  );
}

/**
 * What an arm reaches after so many tokens, on the straight line between the evaluations before and after.
 *
 * @param curves The arm's curves, none shorter.
 * @param tokens The number of tokens.
 * @returns Values by seed and question.
 */
export function valuesAt({ bySeed }: ArmCurves, tokens: number): SeedValues {
  return new Map([...bySeed].map(([seed, points]) => {
    const after = points.find((point) => point.tokens >= tokens) ?? points.at(-1)!;
    const before = points.findLast((point) => point.tokens < tokens) ?? after;
    const width = after.tokens - before.tokens;
    const weight = width === 0 ? 1 : Math.min(1, (tokens - before.tokens) / width);
    return [seed, mixed(before.values, after.values, weight)];
  }));
}

/**
 * The mean of several measurements, question by question.
 *
 * @param measured At least one measurement; all of the same seeds and questions.
 * @returns Values by seed and question.
 */
export function meanOfValues(measured: readonly SeedValues[]): SeedValues {
  return measured.reduce((mean, values, i) =>
    new Map([...mean].map(([seed, ofSeed]) => [
      seed,
      mixed(ofSeed, values.get(seed)!, 1 / (i + 1)),
    ]))
  );
}

function mixed(one: QuestionValues, other: QuestionValues, weight: number): QuestionValues {
  return new Map([...other].map(([question, value]) => {
    const first = one.get(question) ?? null;
    const isKnown = first !== null && value !== null;
    // Clipped: sums of shares can round to just above 1.
    return [question, isKnown ? Math.min(1, first * (1 - weight) + value * weight) : null];
  }));
}
