import { type PolicySet, turnsToTrain } from "../rl/mod.ts";
import type { UpdatesOfGroup } from "./learning_rate.ts";
import type { AlgorithmConfig, DiscussionConfig } from "./schemas.ts";
import { countUpdates } from "./update_counts.ts";

/** What an update of a run trains. */
export interface ScheduledUpdate {
  /** Turns that it trains. */
  readonly turns: readonly number[];
  /** How far a parameter group is in the updates that train it. */
  readonly updatesOf: (group: string) => UpdatesOfGroup;
  /** Optimiser steps at most, over all groups. */
  readonly numSteps: number;
}

/**
 * The schedule of a run: every update trains all turns, or one at a time as the released code does.
 *
 * @param policies Which turns are trained at all.
 * @param config The run's settings.
 * @returns What the update of an index trains.
 */
export function updateSchedule(
  policies: PolicySet,
  { algorithm, discussion }: {
    readonly algorithm: AlgorithmConfig;
    readonly discussion: DiscussionConfig;
  },
): (update: number) => ScheduledUpdate {
  const { numTurns, consensusFraction } = discussion;
  const turnsOf = (update: number) =>
    algorithm.turnBased
      ? turnsToTrain(update, { numTurns, stopsOnConsensus: consensusFraction !== null })
      : [...Array(numTurns).keys()];
  const keysOf = (update: number) => policies.keysAt(turnsOf(update));
  const updatesOf = countUpdates(algorithm.updates, keysOf);
  const { numPpoEpochs, numMiniBatches, questionsPerUpdate } = algorithm;
  const stepsOfGroup = numPpoEpochs * Math.min(numMiniBatches, questionsPerUpdate);
  return (update) => ({
    turns: turnsOf(update),
    updatesOf: (group) => updatesOf(group, update),
    numSteps: keysOf(update).size * stepsOfGroup,
  });
}
