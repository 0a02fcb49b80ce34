/**
 * Which settings of a run have no effect, and when.
 *
 * @module
 */
import type { Compat } from "../core/mod.ts";
import { hasCritic, klLossCoefOf, turnGroup } from "../rl/mod.ts";
import type { EffectRule } from "./check_effects.ts";
import {
  type AlgorithmConfig,
  algorithmSchema,
  type DiscussionConfig,
  discussionSchema,
  type EvaluationConfig,
  evaluationSchema,
  type RewardConfig,
  rewardSchema,
  type SamplingConfig,
  samplingSchema,
} from "./schemas.ts";
import type { SeatSettings } from "./seat_schema.ts";

/** The settings that the rules look at. */
export interface EffectiveConfig {
  /** Whom sections follow that do not say so. */
  readonly compat: Compat;
  /** What differs at each agent's seat. */
  readonly seats: readonly SeatSettings[] | null;
  /** How agents sample. */
  readonly sampling: SamplingConfig;
  /** When discussions stop. */
  readonly discussion: DiscussionConfig;
  /** What answers are paid. */
  readonly reward: RewardConfig;
  /** Credit, losses and critic. */
  readonly algorithm: AlgorithmConfig;
  /** When it is held, and its turns. */
  readonly evaluation: Pick<EvaluationConfig, "every" | "numTurns">;
}

type Rule = EffectRule<EffectiveConfig>;
type Reason = Rule["because"];

/** Rules of settings that training alone reads: a run without updates is often one with them, left untrained. */
function inTraining(paths: readonly string[], because: Reason): Rule[] {
  return paths.map((path) => ({
    path,
    because: (config) => config.algorithm.updates === 0 ? undefined : because(config),
  }));
}

const otherCredit = (name: string): Reason => ({ algorithm: { credit } }) =>
  credit.name === name ? undefined : `with algorithm.credit.name "${credit.name}"`;

const withoutCritic: Reason = (config) => {
  const { credit, vfCoef } = config.algorithm;
  if (hasCritic(credit, vfCoef)) return undefined;
  return otherCredit("gae")(config) ?? "with algorithm.vfCoef 0, which leaves out the critic";
};

const withoutIncentives: Reason = ({ reward }) => {
  const weights = ["againstOthers", "followOthers", "othersLeftMe", "othersJoinedMe"] as const;
  return weights.every((name) => reward[name] === 0) ? "while all incentives are 0" : undefined;
};

const withoutPenalties: Reason = ({ reward }) =>
  reward.minTokens > 0 || reward.penalizeMissingEos || reward.penalizeMissingBox ||
    reward.penalizeRepetition || reward.penalizeTextAfterBox || reward.penalizeEmptyReasoning
    ? undefined
    : "while nothing is penalised";

/** Paid for one answer once nothing is added up: then the released code's mark of absence, −1, alone differs. */
const withoutAggregation: Reason = ({ reward: { compat, share, horizon } }) =>
  compat === "paper" && share === "individual" && horizon === "current"
    ? `with reward.share "individual" and reward.horizon "current", which add up nothing`
    : undefined;

const alone: Reason = ({ discussion }) =>
  discussion.numAgents === 1 ? "with discussion.numAgents 1, as there are no others" : undefined;

const oneTurn: Reason = ({ discussion: { numTurns }, evaluation }) =>
  numTurns === 1 && (evaluation.numTurns ?? 1) === 1
    ? "with discussion.numTurns 1, as nobody answers again"
    : undefined;

const oneTurnPerGroup: Reason = ({ algorithm: { turnGroups, trainGroups }, discussion }) => {
  const groups = Array.from(
    { length: discussion.numTurns },
    (_, turn) => turnGroup(turn, turnGroups),
  );
  return trainGroups.every((group) => groups.filter((other) => other === group).length <= 1)
    ? "where no trained group has two turns"
    : undefined;
};

/** All rules, by setting. */
export const EFFECT_RULES: readonly EffectRule<EffectiveConfig>[] = [
  {
    path: "sampling.temperature",
    because: ({ seats }) =>
      seats?.every(({ temperature }) => temperature !== null)
        ? "as every seat has a temperature of its own"
        : undefined,
  },
  ...inTraining(
    ["algorithm.shareAgents"],
    (config) =>
      config.seats?.every(({ parameters, frozen }) => parameters !== null || frozen)
        ? "as every seat that is trained names its parameters"
        : alone(config),
  ),
  { path: "discussion.showScores", because: oneTurn },
  { path: "discussion.consensusFraction", because: oneTurn },
  {
    path: "discussion.consensusReward",
    because: ({ discussion }) =>
      discussion.consensusFraction === null
        ? "with discussion.consensusFraction null, which never stops a discussion"
        : undefined,
  },
  ...inTraining(
    ["reward.turnDiscount"],
    ({ reward }) =>
      reward.horizon === "discounted_sum" ? undefined : `with reward.horizon "${reward.horizon}"`,
  ),
  ...inTraining(["reward.tieRule", "reward.correctness"], withoutIncentives),
  ...inTraining(["reward.incentiveCompat"], withoutIncentives)
    .map((rule): Rule => ({ ...rule, neutral: ({ reward }) => reward.compat })),
  ...inTraining(["reward.followOthers", "reward.othersLeftMe", "reward.othersJoinedMe"], alone),
  ...inTraining(
    ["reward.againstOthers"],
    // The released code pays one agent for any change.
    (config) => config.reward.incentiveCompat === "official" ? undefined : alone(config),
  ),
  ...inTraining(["reward.penaltyValue"], withoutPenalties),
  ...inTraining(
    ["reward.penaltyScope"],
    (config) => withoutPenalties(config) ?? withoutAggregation(config),
  ),
  ...inTraining(
    ["algorithm.credit.groupBy", "algorithm.credit.divideByDeviation"],
    otherCredit("grpo"),
  ),
  ...inTraining(["algorithm.credit.groupReward"], otherCredit("counterfactual")),
  ...inTraining(
    ["algorithm.credit.klPlacement"],
    ({ algorithm }) => algorithm.klCoef === 0 ? "with algorithm.klCoef 0" : undefined,
  ),
  ...inTraining(
    ["algorithm.klEstimator"],
    ({ algorithm: { credit, klCoef } }) =>
      klLossCoefOf(credit, klCoef) > 0
        ? "on training where divergence is paid in the loss, whose estimate is k3"
        : undefined,
  ),
  ...inTraining(
    [
      "algorithm.gamma",
      "algorithm.gaeLambda",
      "algorithm.whitenRewards",
      "algorithm.whitenAdvantages",
    ],
    otherCredit("gae"),
  ),
  ...inTraining(
    ["algorithm.vfCoef"],
    (config) => config.algorithm.vfCoef === 0 ? undefined : otherCredit("gae")(config),
  ),
  ...inTraining(
    [
      "algorithm.criticLearningRate",
      "algorithm.numCriticEpochs",
      "algorithm.criticMaxGradNorm",
      "algorithm.criticBias",
      "algorithm.cliprangeValue",
      "algorithm.valueInput",
    ],
    withoutCritic,
  ),
  ...inTraining(
    ["algorithm.criticPerTurn"],
    (config) => withoutCritic(config) ?? oneTurnPerGroup(config),
  ),
  ...inTraining(
    ["algorithm.compat"],
    ({ algorithm: { credit, schedule } }) =>
      credit.name === "gae" || schedule !== "constant"
        ? undefined
        : `with algorithm.credit.name "${credit.name}" and algorithm.schedule "${schedule}"`,
  ).map((rule): Rule => ({ ...rule, neutral: ({ compat }) => compat })),
  ...inTraining(
    ["evaluation.every"],
    ({ algorithm: { updates }, evaluation: { every } }) =>
      every < updates ? undefined : `with algorithm.updates ${updates}, which end before`,
  ),
  ...inTraining(
    ["algorithm.samplingTolerance"],
    ({ algorithm }) =>
      algorithm.samplingMismatch === "refuse"
        ? undefined
        : `with algorithm.samplingMismatch "truncate", which refuses nothing`,
  ),
  ...inTraining(
    ["algorithm.importanceSamplingCap"],
    ({ algorithm }) =>
      algorithm.samplingMismatch === "truncate"
        ? undefined
        : `with algorithm.samplingMismatch "refuse", which weights nothing`,
  ),
  ...inTraining(
    ["algorithm.maxBatchTokens"],
    ({ algorithm }) =>
      algorithm.memoryBudget === null ? undefined : "with algorithm.memoryBudget, which sets it",
  ),
];

/** Defaults of the sections that the rules name. */
export const EFFECT_DEFAULTS: object = {
  sampling: samplingSchema.parse({}),
  discussion: discussionSchema.parse({}),
  reward: rewardSchema.parse({}),
  algorithm: algorithmSchema.parse({}),
  evaluation: evaluationSchema.parse({}),
};
