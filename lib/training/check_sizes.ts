/**
 * Numbers of a run that contradict each other.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import { turnGroup, turnsToTrain } from "../rl/mod.ts";
import type { AlgorithmConfig, DiscussionConfig, EvaluationConfig } from "./schemas.ts";
import { countUpdates } from "./update_counts.ts";

/** Draws of the bootstrap, four bytes each. */
const MAX_DRAWS = 50_000_000;

/** More updates are refused by themselves. */
const MAX_UPDATES = 1_000_000;

/** The sections that {@linkcode checkSizes} compares. */
export interface SizedConfig {
  /** Turns, and whether discussions stop early. */
  readonly discussion: DiscussionConfig;
  /** Updates, their steps and warm-up. */
  readonly algorithm: AlgorithmConfig;
  /** Questions and resamples. */
  readonly evaluation: EvaluationConfig;
}

const isFirstTurnAlone = (group: string) => group === "first" || group === "turn_0";

/**
 * Finds sizes that leave nothing to train, a learning rate that never arrives, or a bootstrap without end.
 *
 * @param config Resolved settings.
 * @param issues Gets one sentence per problem, with the path of the setting.
 */
export function checkSizes(config: SizedConfig, issues: IssueList): void {
  const { algorithm, evaluation } = config;
  const refuse = (path: string, message: string) =>
    issues.addIssue({ code: "custom", path: path.split("."), message });
  const { updates, trainGroups, turnBased, warmupSteps, numMiniBatches } = algorithm;
  if (turnBased && trainGroups.length > 0 && trainGroups.every(isFirstTurnAlone)) {
    refuse(
      "algorithm.trainGroups",
      "must hold a group of later turns with algorithm.turnBased, which never selects turn 0",
    );
  }
  const stepsPerUpdate = algorithm.numPpoEpochs *
    Math.min(numMiniBatches, algorithm.questionsPerUpdate);
  const { group, count } = leastTrained(config);
  if (updates > 0 && warmupSteps > count * stepsPerUpdate) {
    refuse(
      "algorithm.warmupSteps",
      `must not exceed the optimiser steps ${group ? `of "${group}" ` : ""}` +
        `that algorithm.updates=${updates} make, ${count * stepsPerUpdate}`,
    );
  }
  if (evaluation.numQuestions * evaluation.resamples > MAX_DRAWS) {
    refuse(
      "evaluation.resamples",
      `times evaluation.numQuestions, ${evaluation.numQuestions}, must not exceed ${MAX_DRAWS}`,
    );
  }
}

/** The fewest updates that train a group of those that are trained at all, and the group where they differ. */
function leastTrained(
  { algorithm, discussion }: SizedConfig,
): { readonly group?: string; readonly count: number } {
  const { updates, turnGroups, trainGroups, turnBased } = algorithm;
  const { numTurns, consensusFraction } = discussion;
  // All at once, or refused elsewhere.
  if (!turnBased || numTurns < 2 || updates > MAX_UPDATES) return { count: updates };
  const stopsOnConsensus = consensusFraction !== null;
  const groupsAt = (update: number) =>
    new Set(
      turnsToTrain(update, { numTurns, stopsOnConsensus })
        .map((turn) => turnGroup(turn, turnGroups)),
    );
  const updatesOf = countUpdates(updates, groupsAt);
  return trainGroups.map((group) => ({ group, count: updatesOf(group, 0).total }))
    .filter(({ count }) => count > 0 && count < updates)
    .reduce((a, b) => b.count < a.count ? b : a, { count: updates });
}
