import type { ComparedAnswers, UpdateSignal } from "./update_signal.ts";

/** What can hold learning back, in the order of equal findings: what causes others comes first. */
export type FlatRewardCause =
  | "cut_answers"
  | "unread_answers"
  | "penalised_answers"
  | "all_right"
  | "all_wrong"
  | "equal_rewards"
  | "kl_dominates"
  | "small_steps";

/** The settings of a run that remedies start from. */
export interface FlatRewardSettings {
  /** Peak learning rate of the policy. */
  readonly learningRate: number;
  /** Price of a nat of divergence from the base model. */
  readonly klCoef: number;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Discussions of each question in an update. */
  readonly numSamples: number;
  /** Which answers the credit compares. */
  readonly compared: ComparedAnswers;
  /** What is paid: a verifier's scores, or ground truth. */
  readonly source: "verifier" | "label";
}

/** What to do about a cause. */
export interface FlatRewardRemedy {
  /** Path of the one setting to change. */
  readonly setting: string;
  /** How, as the end of a sentence that begins with the setting. */
  readonly change: string;
}

/** What of the last updates decides how far a setting must change: their means. */
export type MeasuredSignal = Pick<
  UpdateSignal,
  "penalties" | "rewardVariance" | "klVariance" | "approxKl" | "lr"
>;

/** Distance of new from old policy that a raised learning rate aims at, nats per token. */
const USUAL_STEP = 1e-4;
/** Share of the variance of what is paid that the price of divergence is to make. */
const KL_SHARE = 0.1;

/** What switches a penalty off, or lets answers avoid it. */
const PENALTY_REMEDIES: Readonly<Record<string, FlatRewardRemedy>> = {
  missing_box: { setting: "base", change: "should be a model that states answers as asked" },
  too_short: {
    setting: "reward.minTokens",
    change: "should be lower, as most answers are shorter",
  },
  repetition: { setting: "sampling.temperature", change: "should be higher, as answers repeat" },
  text_after_box: { setting: "reward.penalizeTextAfterBox", change: "should be false" },
  empty_reasoning: { setting: "reward.penalizeEmptyReasoning", change: "should be false" },
};

/**
 * The one setting to change about a cause, and how.
 *
 * - `kl_dominates`: klCoef at which the price makes a tenth of the variance of what is paid,
 *   √(Var(reward) / 9·Var(kl)).
 * - `small_steps`: the distance of two policies grows with the square of the step, so that the learning
 *   rate is multiplied by √(1e-4 / approxKl), by 10 to 1e5. A rate that is still far below its peak is
 *   warming up.
 *
 * @param cause What was found.
 * @param settings What the run was set to.
 * @param measured What decides how far.
 * @returns Setting and change.
 */
export function flatRewardRemedy(
  cause: FlatRewardCause,
  settings: FlatRewardSettings,
  { penalties, rewardVariance, klVariance, approxKl, lr }: MeasuredSignal,
): FlatRewardRemedy {
  const { learningRate, klCoef, maxNewTokens, numSamples, compared, source } = settings;
  switch (cause) {
    case "cut_answers":
      return {
        setting: "sampling.maxNewTokens",
        change: `should be ${2 * maxNewTokens} instead of ${maxNewTokens}`,
      };
    case "unread_answers":
      return PENALTY_REMEDIES.missing_box!;
    case "penalised_answers":
      return PENALTY_REMEDIES[mostCommonPenalty(penalties) ?? ""]!;
    case "all_right":
      return { setting: "task", change: "should ask harder questions" };
    case "all_wrong":
      return { setting: "task", change: "should ask easier questions" };
    case "equal_rewards":
      if (compared !== "batch") {
        const change = `should be ${2 * numSamples} instead of ${numSamples}`;
        return { setting: "discussion.numSamples", change };
      }
      return source === "verifier"
        ? { setting: "reward.source", change: "should be label, as scores tell nothing apart" }
        : { setting: "task", change: "should ask questions of mixed difficulty" };
    case "kl_dominates": {
      const calm = Math.sqrt(rewardVariance / klVariance * KL_SHARE / (1 - KL_SHARE));
      return {
        setting: "algorithm.klCoef",
        change: `should be ${rounded(calm)} instead of ${klCoef}`,
      };
    }
    case "small_steps": {
      if (lr < learningRate / 11) { // a linear schedule ends at a tenth
        return {
          setting: "algorithm.warmupSteps",
          change: "should be lower: it is warming up still",
        };
      }
      const factor = Math.sqrt(USUAL_STEP / Math.max(approxKl, 1e-14));
      const larger = Math.min(10, learningRate * Math.min(1e5, Math.max(10, factor)));
      const change = `should be ${rounded(larger)} instead of ${learningRate}`;
      return { setting: "algorithm.learningRate", change };
    }
  }
}

/**
 * The most common kind of penalty, other than for being cut.
 *
 * @param penalties Answers by the kind of their penalty.
 * @returns Its name; undefined where there is none that a setting can help.
 */
export function mostCommonPenalty(
  penalties: Readonly<Record<string, number>>,
): string | undefined {
  const kinds = Object.entries(penalties).filter(([kind]) => Object.hasOwn(PENALTY_REMEDIES, kind));
  return kinds.toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/** One significant digit: nothing more is known. */
const rounded = (value: number) => Number(value.toPrecision(1));
