/**
 * The rewards of an update's discussions, from the settings of an experiment.
 *
 * @module
 */
import { type Discussion, withTokens } from "../discussion/mod.ts";
import {
  discussionRewards,
  findPenalties,
  type PenaltyKind,
  type RewardParts,
} from "../rewards/mod.ts";
import { turnGroup } from "../rl/mod.ts";
import type { LanguageModel } from "../models/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { AlgorithmConfig, DiscussionConfig, RewardConfig } from "./schemas.ts";

/** A discussion with what each answer is paid. */
export interface RewardedDiscussion {
  /** The discussion. */
  readonly discussion: Discussion;
  /** Reward of each answer part by part, shapes [T, A]. */
  readonly parts: RewardParts;
  /** What each answer is penalised for, shape [T, A]. */
  readonly penaltiesTA: readonly (readonly (readonly PenaltyKind[])[])[];
}

/** Settings of {@link rewardDiscussions}. */
export interface RewardDiscussionsOptions {
  /** Rule, incentives and penalties. */
  readonly reward: RewardConfig;
  /** Turns that the discussions were planned for. */
  readonly numTurns: number;
  /** The tokenizer of an agent, which tells numbers from other repeated tokens. */
  readonly tokenizerOf: (agent: number) => Tokenizer;
  /** Whether turn 0 is trained; only the official box rule asks. */
  readonly trainsFirstTurn: boolean;
}

/**
 * Pays every answer of every discussion.
 *
 * @param discussions As they were held.
 * @param options Settings.
 * @returns One entry per discussion, in order.
 * @throws {ConfigError} If an agent knows no token ids, of which penalties are told.
 */
export function rewardDiscussions(
  discussions: readonly Discussion[],
  { reward, numTurns, tokenizerOf, trainsFirstTurn }: RewardDiscussionsOptions,
): RewardedDiscussion[] {
  const { againstOthers, followOthers, othersLeftMe, othersJoinedMe } = reward;
  const incentives = { againstOthers, followOthers, othersLeftMe, othersJoinedMe };
  return discussions.map((discussion) => {
    const penaltiesTA = discussion.answersTA.map((answers) =>
      answers.map(withTokens).map(({ agent, solution, ...answer }) =>
        findPenalties({ ...answer, reasoning: reasoningOf(solution) }, {
          decode: (ids) => tokenizerOf(agent).decode(ids),
          switches: {
            missing_eos: reward.penalizeMissingEos,
            missing_box: reward.penalizeMissingBox,
            repetition: reward.penalizeRepetition,
            text_after_box: reward.penalizeTextAfterBox,
            too_short: reward.minTokens > 0,
            empty_reasoning: reward.penalizeEmptyReasoning,
          },
          minTokens: reward.minTokens,
          compat: reward.compat,
          trainsFirstTurn,
        })
      )
    );
    const parts = discussionRewards({
      scoresTA: discussion.answersTA.map((answers) => answers.map(({ score }) => score)),
      correctTA: discussion.answersTA.map((answers) => answers.map(({ correct }) => correct)),
      penaltiesTA,
    }, {
      rule: {
        horizon: reward.horizon,
        share: reward.share,
        turnDiscount: reward.turnDiscount,
      },
      compat: reward.compat,
      scoreSource: reward.source === "label" ? "correctness" : "verifier",
      incentives,
      incentiveCompat: reward.incentiveCompat,
      tieRule: reward.tieRule,
      correctnessSource: reward.correctness,
      penaltyScope: reward.penaltyScope,
      penaltyValue: reward.penaltyValue,
      numTurns,
    });
    return { discussion, parts, penaltiesTA };
  });
}

/**
 * No language model is needed to see whether there is any reasoning: a word or a number
 * before the box, or anywhere where there is none. A stated strategy is no reasoning, so only the solution
 * is looked at.
 */
function reasoningOf(solution: string): "present" | "absent" {
  const box = solution.lastIndexOf("\\boxed");
  const before = box < 0 ? solution : solution.slice(0, box);
  return /[\p{L}\p{N}]/u.test(before) ? "present" : "absent";
}

/**
 * How the settings of an experiment pay answers.
 *
 * @param config Its settings.
 * @param seats Shape [A], the models of training.
 * @returns Options of {@link rewardDiscussions}.
 */
export function rewardOptionsOf(
  { reward, discussion, algorithm }: {
    readonly reward: RewardConfig;
    readonly discussion: DiscussionConfig;
    readonly algorithm: AlgorithmConfig;
  },
  seats: readonly { readonly model: Pick<LanguageModel, "tokenizer"> }[],
): RewardDiscussionsOptions {
  const { trainGroups, turnGroups } = algorithm;
  return {
    reward,
    numTurns: discussion.numTurns,
    tokenizerOf: (agent) => seats[agent]!.model.tokenizer,
    trainsFirstTurn: trainGroups.includes(turnGroup(0, turnGroups)),
  };
}
