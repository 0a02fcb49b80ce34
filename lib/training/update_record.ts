import { turnGroup } from "../rl/mod.ts";
import type { HeldRound } from "./discussion_rounds.ts";
import { answerRows, updateRows } from "./frame_rows.ts";
import { describeUpdate } from "./progress_lines.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { RunParts } from "./run_parts.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import type { UpdateRecord } from "./training_loop.ts";
import type { GroupUpdate } from "./update_policies.ts";

/** What became of an update. */
export interface FinishedUpdate {
  /** Index of the update, from 0. */
  readonly update: number;
  /** Its discussions, and what they cost. */
  readonly rollout: HeldRound;
  /** The discussions with their rewards. */
  readonly rewarded: readonly RewardedDiscussion[];
  /** What each parameter group was trained on, and how. */
  readonly groups: ReadonlyMap<string, GroupUpdate>;
}

/**
 * The rows of an update and the line that tells of it.
 *
 * @param finished The update.
 * @param options What the frames name: the version of the questions, and groups of turns.
 * @returns What the training loop keeps.
 */
export function recordOf(
  { update, rollout, rewarded, groups }: FinishedUpdate,
  { parts, algorithm }: {
    readonly parts: Pick<RunParts, "questionSeed">;
    readonly algorithm: Pick<AlgorithmConfig, "turnGroups">;
  },
): UpdateRecord {
  const answers = answerRows(rewarded, {
    update,
    questionSeed: parts.questionSeed,
    turnGroup: (turn) => turnGroup(turn, algorithm.turnGroups),
    groups: groups.values(),
  });
  return {
    answers,
    updates: updateRows(groups, { update, ...rollout, rolloutAnswers: answers.length }),
    line: describeUpdate(update + 1, answers, groups),
  };
}
