/**
 * Why a reward curve does not rise.
 *
 * @module
 */
import {
  type FlatRewardCause,
  type FlatRewardRemedy,
  flatRewardRemedy,
  type FlatRewardSettings,
  mostCommonPenalty,
} from "./flat_reward_remedies.ts";
import type { UpdateSignal } from "./update_signal.ts";

/** One thing that holds learning back. */
export interface FlatRewardFinding extends FlatRewardRemedy {
  /** What it is. */
  readonly cause: FlatRewardCause;
  /** What was measured over the last updates: a share in [0, 1]; of `small_steps` nats per token. */
  readonly value: number;
  /** The limit that it passed. */
  readonly threshold: number;
  /** Share in [0, 1] of what there is to learn from that is lost by it; findings are ordered by it. */
  readonly lost: number;
}

/** Fewest updates that make a curve, and the last ones that causes are looked for in. */
export const MIN_CURVE_UPDATES = 3;

/** Limits from which on a cause is named; of `small_steps` below which. */
export const FLAT_REWARD_THRESHOLDS: Readonly<Record<FlatRewardCause, number>> = {
  cut_answers: 0.3,
  unread_answers: 0.3,
  penalised_answers: 0.5,
  all_right: 0.97,
  all_wrong: 0.97,
  equal_rewards: 0.8,
  kl_dominates: 0.5,
  small_steps: 1e-6,
};

/** Share of clipped tokens from which on steps are no small ones, whatever their mean distance. */
const CLIPPED = 1e-3;

/** Causes that leave few answers to be right. */
const MAKES_WRONG: readonly FlatRewardCause[] = ["cut_answers", "unread_answers"];
/** Causes whose answers are all paid alike. */
const MAKES_EQUAL: readonly FlatRewardCause[] = [
  ...MAKES_WRONG,
  "penalised_answers",
  "all_right",
  "all_wrong",
];

/** How far a reward curve rose. */
export interface RewardRise {
  /** Rise of the straight line through the mean rewards (least squares), from first to last update. */
  readonly rise: number;
  /** Its standard error, from those of the means. */
  readonly error: number;
}

/**
 * How far the mean reward rose: the slope Σ(u − ū)·m_u / Σ(u − ū)² times the updates between first and
 * last; its error likewise of √Σ(u − ū)²·s_u² / Σ(u − ū)².
 *
 * @param signals The updates in order, at least two.
 * @returns Rise and error.
 */
export function rewardRise(
  signals: readonly Pick<UpdateSignal, "meanReward" | "rewardError">[],
): RewardRise {
  const last = signals.length - 1;
  const offsets = signals.map((_, u) => u - last / 2);
  const squares = sumOf(offsets.map((offset) => offset ** 2));
  const slope = sumOf(signals.map((s, u) => offsets[u]! * s.meanReward)) / squares;
  const variance = sumOf(signals.map((s, u) => (offsets[u]! * s.rewardError) ** 2));
  return { rise: slope * last, error: Math.sqrt(variance) / squares * last };
}

/**
 * Diagnoses a flat reward curve. A curve is flat if it does not rise by more than two standard errors over
 * all updates; one that falls is flat too. Causes are looked for in the last {@link MIN_CURVE_UPDATES},
 * as what held learning back at first may be over.
 *
 * - `cut_answers`, `unread_answers`, `penalised_answers`: what has no end, no answer or breaks a rule is
 *   paid the same, whatever it says. Cut answers count as cut alone.
 * - `all_right`, `all_wrong` (of the readable ones; not where many are cut or cannot be read): there is
 *   nothing to gain, or no success to reinforce.
 * - `equal_rewards`: answers that are compared are paid the same, so that all advantages are 0 (the
 *   groups that DAPO leaves out, Yu et al. 2025, arXiv 2503.14476, §3.2). Not where one of the above holds
 *   for as many answers, and so explains it.
 * - `kl_dominates`: klCoef²·Var(kl) / (klCoef²·Var(kl) + Var(reward)), within turn and agent: advantages
 *   say more about the distance from the base model than about the reward.
 * - `small_steps`: the new policy is the old one, by approxKl and clipFrac (Schulman et al. 2017, arXiv
 *   1707.06347). Not where rewards are equal, as larger steps then lead nowhere.
 *
 * @param signals The updates in order.
 * @param settings What the run was set to.
 * @returns What was found, most lost first, each setting once; nothing where the curve rises, or has fewer
 * than {@link MIN_CURVE_UPDATES} updates.
 */
export function diagnoseFlatRewards(
  signals: readonly UpdateSignal[],
  settings: FlatRewardSettings,
): FlatRewardFinding[] {
  if (signals.length < MIN_CURVE_UPDATES) return [];
  const { rise, error } = rewardRise(signals);
  if (rise > 2 * error) return [];
  const measured = recentSignal(signals.slice(-MIN_CURVE_UPDATES));
  const found = measuredCauses(measured, settings).map((found) => ({
    ...found,
    ...flatRewardRemedy(found.cause, settings, measured),
  }));
  return found.toSorted((a, b) => b.lost - a.lost) // stable: of equals, what causes others comes first
    .filter(({ setting }, i, all) => all.findIndex((other) => other.setting === setting) === i);
}

/** Sums of counts, means of the others. */
function recentSignal(recent: readonly UpdateSignal[]): UpdateSignal {
  const sum = (valueOf: (signal: UpdateSignal) => number) => sumOf(recent.map(valueOf));
  const mean = (valueOf: (signal: UpdateSignal) => number) => sum(valueOf) / recent.length;
  const kinds = new Set(recent.flatMap(({ penalties }) => Object.keys(penalties)));
  return {
    meanReward: mean((signal) => signal.meanReward),
    rewardError: mean((signal) => signal.rewardError),
    count: sum((signal) => signal.count),
    numCut: sum((signal) => signal.numCut),
    numUnread: sum((signal) => signal.numUnread),
    numRead: sum((signal) => signal.numRead),
    numRight: sum((signal) => signal.numRight),
    penalties: Object.fromEntries(
      [...kinds].map((kind) => [kind, sum(({ penalties }) => penalties[kind] ?? 0)]),
    ),
    numGroups: sum((signal) => signal.numGroups),
    numEqual: sum((signal) => signal.numEqual),
    rewardVariance: mean((signal) => signal.rewardVariance),
    klVariance: mean((signal) => signal.klVariance),
    approxKl: mean((signal) => signal.approxKl),
    clipFrac: mean((signal) => signal.clipFrac),
    lr: Math.max(...recent.map((signal) => signal.lr)),
  };
}

type MeasuredCause = Omit<FlatRewardFinding, keyof FlatRewardRemedy>;

function measuredCauses(
  signal: UpdateSignal,
  { klCoef }: Pick<FlatRewardSettings, "klCoef">,
): MeasuredCause[] {
  const { count, numRead, numRight, numGroups, rewardVariance, approxKl, clipFrac } = signal;
  const penalty = mostCommonPenalty(signal.penalties);
  const paidKl = klCoef ** 2 * signal.klVariance;
  const shares = [
    ["cut_answers", signal.numCut, count],
    ["unread_answers", signal.numUnread, count],
    ["penalised_answers", penalty === undefined ? 0 : signal.penalties[penalty]!, count],
    ["all_right", numRight, count],
    ["all_wrong", numRead - numRight, numRead],
    ["equal_rewards", signal.numEqual, numGroups],
    // Where all rewards are equal, that is the cause.
    ["kl_dominates", paidKl, rewardVariance > 0 ? paidKl + rewardVariance : Infinity],
  ] as const;
  const found = shares.flatMap(([cause, part, whole]): MeasuredCause[] => {
    const threshold = FLAT_REWARD_THRESHOLDS[cause];
    const value = whole > 0 ? part / whole : 0;
    return value >= threshold ? [{ cause, value, threshold, lost: value }] : [];
  });
  const isEqual = found.some(({ cause }) => cause === "equal_rewards");
  const threshold = FLAT_REWARD_THRESHOLDS.small_steps;
  if (approxKl < threshold && clipFrac < CLIPPED && !isEqual) {
    const lost = 1 - Math.max(0, approxKl) / threshold;
    found.push({ cause: "small_steps", value: approxKl, threshold, lost });
  }
  const explained = FLAT_REWARD_THRESHOLDS.equal_rewards;
  const makesEqual = found.filter(({ value }) => value >= explained);
  return found.filter(({ cause }) => {
    if (cause === "equal_rewards") {
      return !makesEqual.some(({ cause }) => MAKES_EQUAL.includes(cause));
    }
    return cause !== "all_wrong" || !found.some(({ cause }) => MAKES_WRONG.includes(cause));
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
