import { turnGroup } from "../rl/mod.ts";
import type { HeldRound } from "./hold_round.ts";
import { answerRows, updateRows } from "./frame_rows.ts";
import { describeUpdate } from "./progress_lines.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { RunParts } from "./run_parts.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import { rolloutCost, updateFlops } from "./training_cost.ts";
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
 * @param options What the frames name: the version of the questions, models, groups of turns and passes.
 * @returns What the training loop keeps.
 */
export function recordOf(
  { update, rollout, rewarded, groups }: FinishedUpdate,
  { parts, algorithm }: {
    readonly parts: Pick<RunParts, "questionSeed" | "seats">;
    readonly algorithm: Pick<AlgorithmConfig, "turnGroups" | "numPpoEpochs" | "numCriticEpochs">;
  },
): UpdateRecord {
  const answers = answerRows(rewarded, {
    update,
    questionSeed: parts.questionSeed,
    turnGroup: (turn) => turnGroup(turn, algorithm.turnGroups),
    groups: groups.values(),
  });
  const decoders = parts.seats.map(({ model }) => model.decoder.config);
  const { numPpoEpochs, numCriticEpochs } = algorithm;
  return {
    answers,
    updates: updateRows(groups, {
      update,
      ...rollout,
      ...rolloutCost(rewarded.flatMap(({ discussion }) => discussion.answersTA.flat()), decoders),
      flopsOf: ({ group, rows, stats }) =>
        updateFlops(rows, {
          decoder: decoders[group.agents[0]!]!,
          numPpoEpochs,
          // Without a critic there is no value loss.
          numCriticEpochs: stats.valueLoss === null ? 0 : numCriticEpochs ?? numPpoEpochs,
        }),
    }),
    line: describeUpdate(update + 1, answers, groups),
  };
}
