import { type PolicySet, turnsToTrain } from "../rl/mod.ts";
import type { UpdatesOfGroup } from "./learning_rate.ts";
import type { AlgorithmConfig, DiscussionConfig } from "./settings.ts";
import { countUpdates } from "./update_counts.ts";

/** Which updates of a run train what. */
export interface UpdateSchedule {
  /** Turns that an update trains. */
  readonly turnsOf: (update: number) => readonly number[];
  /** How far a parameter group is in the updates that train it. */
  readonly updatesOf: (group: string, update: number) => UpdatesOfGroup;
  /** Optimiser steps of an update at most, over all groups. */
  readonly numSteps: (update: number) => number;
}

/**
 * The schedule of a run: every update trains all turns, or one at a time as the released code does.
 *
 * @param policies Which turns are trained at all.
 * @param config The run's settings.
 * @returns The schedule.
 */
export function updateSchedule(
  policies: PolicySet,
  { algorithm, discussion }: {
    readonly algorithm: AlgorithmConfig;
    readonly discussion: DiscussionConfig;
  },
): UpdateSchedule {
  const { numTurns, consensusFraction } = discussion;
  const turnsOf = (update: number) =>
    algorithm.turnBased
      ? turnsToTrain(update, { numTurns, stopsOnConsensus: consensusFraction !== null })
      : [...Array(numTurns).keys()];
  const keysOf = (update: number) => policies.keysAt(turnsOf(update));
  const { numPpoEpochs, numMiniBatches, questionsPerUpdate } = algorithm;
  return {
    turnsOf,
    updatesOf: countUpdates(algorithm.updates, keysOf),
    numSteps: (update) =>
      keysOf(update).size * numPpoEpochs * Math.min(numMiniBatches, questionsPerUpdate),
  };
}
