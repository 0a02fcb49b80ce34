/**
 * The learning rate of a parameter group over a run.
 *
 * @module
 */
import { makeSchedule } from "../optim/mod.ts";
import type { StepPlace } from "../rl/mod.ts";
import type { AlgorithmConfig } from "./schemas.ts";

/** How far a parameter group is, in updates that train it. */
export interface UpdatesOfGroup {
  /** Those that are over, whether they found an answer to train on or not. */
  readonly done: number;
  /** Those of the whole run. */
  readonly total: number;
}

/**
 * The learning rate of an update's steps.
 *
 * `linear` falls from 1.0 to 0.1 of the peak over the updates that train the group, whatever number of
 * steps each of them takes: an update takes fewer where it has fewer questions than mini-batches, and
 * none where all discussions ended before. With `compat: "official"` the rate stays within an update, as
 * the released code steps its schedule once in each; else it falls from step to step.
 * Warm-up counts the steps that the group has taken.
 *
 * @param algorithm Peak, schedule, warm-up and `compat`.
 * @param updates How far the group is.
 * @returns The rate by the number of steps that the group has taken so far, and the step's place in the
 * update.
 *
 * @example The last step of two updates of four steps each
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { learningRateOf } from "./learning_rate.ts";
 *
 * const algorithm = { schedule: "linear", warmupSteps: 0, learningRate: 1, compat: "paper" } as const;
 * const rate = learningRateOf(algorithm, { done: 1, total: 2 });
 * assertAlmostEquals(rate(7, { index: 3, total: 4 }), 1 - 0.9 * 7 / 8);
 * ```
 */
export function learningRateOf(
  algorithm: Pick<AlgorithmConfig, "schedule" | "warmupSteps" | "learningRate" | "compat">,
  updates: UpdatesOfGroup,
): (numTaken: number, place: StepPlace) => number {
  const { warmupSteps, learningRate, compat } = algorithm;
  const schedule = makeSchedule(algorithm.schedule, { warmupSteps, finalFraction: 0.1 });
  return (numTaken, { index, total }) => {
    // As if every update took as many steps as this one.
    const planned = updates.done * total + (compat === "official" ? 0 : index);
    const step = numTaken < warmupSteps ? numTaken : Math.max(warmupSteps, planned);
    return learningRate * schedule(step, updates.total * total);
  };
}
