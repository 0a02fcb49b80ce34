/**
 * How often intervals hold the truth, on simulated evaluations whose truth is known.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import {
  bootstrapDifference,
  bootstrapMean,
  type Bounds,
  drawResamples,
  type Interval,
  type Resamples,
} from "../../lib/evaluation/mod.ts";

/** A way in which questions come out. */
export interface CoverageCase {
  /** What is measured. */
  readonly name: string;
  /** The mean over all questions that there could be. */
  readonly truth: number;
  /** Draws one question before and after; `before` is absent where no difference is meant. */
  readonly draw: (random: Random) => { readonly after: number; readonly before?: number };
}

/** What {@link measureCoverage} finds. */
export interface Coverage {
  /** Share of intervals that hold the truth. */
  readonly covered: number;
  /** Share of intervals that say that few questions differ. */
  readonly few: number;
  /** Of the intervals that do not say so, the share that hold the truth; null where all say so. */
  readonly unflagged: number | null;
}

const UNIT: Bounds = { low: 0, high: 1 };
const NUM_AGENTS = 3;

/**
 * Share of right agents before and after, each agent right where a uniform draw is below the accuracy.
 * With chance `tied` one draw stands for all agents: the question is easy or hard for everybody.
 *
 * @param random Draws one question.
 * @param tied In [0, 1].
 * @param accuracies Accuracy before, after and so on.
 * @returns The share for each accuracy.
 */
export function agentShares(random: Random, tied: number, accuracies: readonly number[]): number[] {
  const isTied = random.uniform() < tied;
  const shared = random.uniform();
  const draws = Array.from({ length: NUM_AGENTS }, () => isTied ? shared : random.uniform());
  return accuracies.map((accuracy) => draws.filter((draw) => draw < accuracy).length / NUM_AGENTS);
}

/** One answer of each question. */
function single(accuracy: number): CoverageCase {
  const draw = (random: Random) => ({ after: random.uniform() < accuracy ? 1 : 0 });
  return { name: `one answer, accuracy ${accuracy}`, truth: accuracy, draw };
}

/** Mean accuracy of three agents. */
function mean(accuracy: number, tied: number): CoverageCase {
  return {
    name: `3 agents ${tied > 0 ? "alike" : "apart"}, accuracy ${accuracy}`,
    truth: accuracy,
    draw: (random) => ({ after: agentShares(random, tied, [accuracy])[0]! }),
  };
}

/** Credit of a vote of three whose wrong answers all differ: 1/3 for one right answer of three. */
function vote(accuracy: number): CoverageCase {
  const p = accuracy;
  const q = 1 - accuracy;
  return {
    name: `vote of 3, accuracy ${accuracy}`,
    truth: p ** 3 + 3 * p ** 2 * q + 3 * p * q ** 2 / 3,
    draw: (random) => {
      const right = Math.round(NUM_AGENTS * agentShares(random, 0, [accuracy])[0]!);
      return { after: right >= 2 ? 1 : right / 3 };
    },
  };
}

/** Paired difference of three agents' mean accuracy; an agent that was right before is after a rise. */
function gain(before: number, after: number, tied: number): CoverageCase {
  return {
    name: `3 agents ${tied > 0 ? "alike" : "apart"}, ${before} → ${after}`,
    truth: after - before,
    draw: (random) => {
      const [first, last] = agentShares(random, tied, [before, after]);
      return { before: first!, after: last! };
    },
  };
}

/** Paired difference of single answers of which some turn right and some wrong: net improvement. */
function changes(toRight: number, toWrong: number): CoverageCase {
  return {
    name: `${toRight} turn right, ${toWrong} wrong`,
    truth: toRight - toWrong,
    draw: (random) => {
      const draw = random.uniform();
      if (draw < toRight) return { before: 0, after: 1 };
      return draw < toRight + toWrong ? { before: 1, after: 0 } : { before: 1, after: 1 };
    },
  };
}

const ACCURACIES = [0.5, 0.7, 0.9, 0.95, 0.99];

/** Everything that tables give intervals of, over the range of accuracies. */
export const COVERAGE_CASES: readonly CoverageCase[] = [
  ...ACCURACIES.map(single),
  ...ACCURACIES.map((accuracy) => mean(accuracy, 0)),
  ...ACCURACIES.map((accuracy) => mean(accuracy, 0.5)),
  ...[0.7, 0.9].map(vote),
  ...[0, 0.5].flatMap((tied) => [gain(0.64, 0.94, tied), gain(0.95, 0.97, tied)]),
  changes(0.3, 0.05),
  changes(0.05, 0.05),
  changes(0.05, 0),
];

/**
 * Simulates evaluations and counts the intervals that hold the truth.
 *
 * @param world How questions come out.
 * @param numQuestions Questions of each evaluation.
 * @param options Number of evaluations, of resamples, and the stream of all draws.
 * @returns The shares.
 */
export function measureCoverage(
  world: CoverageCase,
  numQuestions: number,
  options: { readonly trials: number; readonly numResamples: number; readonly random: Random },
): Coverage {
  const { trials, random } = options;
  // Which questions a resample takes does not depend on how they came out: one drawing serves all.
  const resamples = drawResamples(numQuestions, options);
  const stream = random.split(world.name, numQuestions);
  // Nor does the order of questions matter: evaluations that come out alike share their interval.
  const known = new Map<string, Interval>();
  let covered = 0;
  let few = 0;
  let unflagged = 0;
  for (let trial = 0; trial < trials; trial++) {
    const questions = Array.from({ length: numQuestions }, () => world.draw(stream));
    const sorted = questions.sort((a, b) => valueOf(a) - valueOf(b));
    const key = sorted.map((question) => Math.round(valueOf(question) * NUM_AGENTS)).join();
    const interval = known.get(key) ?? intervalOf(sorted, resamples);
    known.set(key, interval);
    const { low, high, few: isFew } = interval;
    const holds = low <= world.truth + 1e-9 && world.truth - 1e-9 <= high ? 1 : 0;
    covered += holds;
    few += isFew ? 1 : 0;
    unflagged += isFew ? 0 : holds;
  }
  return {
    covered: covered / trials,
    few: few / trials,
    unflagged: few < trials ? unflagged / (trials - few) : null,
  };
}

/** One question, which counts with a multiple of 1 / {@link NUM_AGENTS}. */
interface Outcome {
  readonly after: number;
  readonly before?: number;
}

const valueOf = ({ after, before = 0 }: Outcome) => after - before;

function intervalOf(questions: readonly Outcome[], resamples: Resamples): Interval {
  const after = questions.map((question) => question.after);
  if (questions[0]!.before === undefined) {
    return bootstrapMean(after, resamples, { bounds: UNIT })!;
  }
  const before = questions.map((question) => question.before!);
  return bootstrapDifference(after, before, { resamples, bounds: UNIT })!;
}
