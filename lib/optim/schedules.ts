/**
 * Learning-rate schedules: a multiplier per step.
 *
 * @module
 */

/**
 * Multiplier of the learning rate.
 *
 * @param step 0-based index of the step that is about to be taken.
 * @param totalSteps Steps of the whole run.
 * @returns Factor in [0, 1].
 */
export type Schedule = (step: number, totalSteps: number) => number;

/** Names of the schedules, as configurations have them. */
export type ScheduleName = "constant" | "linear" | "cosine";

/** What all schedules share. */
export interface ScheduleOptions {
  /** Steps over which the multiplier rises linearly to 1; the first is 1 / warmupSteps, never 0. Default 0. */
  readonly warmupSteps?: number;
  /** Multiplier that is reached at `totalSteps`, in [0, 1]. Default 0; no effect on `constant`. */
  readonly finalFraction?: number;
}

/** Shapes after the warm-up: progress in [0, 1] to a factor that falls from 1 to 0. */
const DECAYS: Readonly<Record<ScheduleName, (progress: number) => number>> = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
};

/**
 * Makes a schedule.
 *
 * The official MAPoRL code's "linear 1.0 → 0.1" is `linear` with `finalFraction: 0.1`. Unlike
 * Hugging Face's schedules the warm-up does not waste its first step on a rate of 0.
 *
 * @param name Shape after the warm-up; `cosine` is half a period (Loshchilov & Hutter 2017, eq. 5).
 * @param options Warm-up and final value.
 * @returns The schedule.
 * @throws {RangeError} On an unknown name, a warm-up that is no integer from 0 or a final fraction outside [0, 1].
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { makeSchedule } from "./schedules.ts";
 *
 * const schedule = makeSchedule("linear", { finalFraction: 0.1 });
 * assertAlmostEquals(3e-4 * schedule(5, 10), 1.65e-4); // half way from 1 to 0.1
 * ```
 */
export function makeSchedule(name: ScheduleName, options: ScheduleOptions = {}): Schedule {
  const { warmupSteps = 0, finalFraction = 0 } = options;
  const decay = DECAYS[name];
  if (!decay) {
    throw new RangeError(
      `Cannot make a schedule as its name must be one of ${
        Object.keys(DECAYS).join(", ")
      }: got ${name}`,
    );
  }
  if (!Number.isSafeInteger(warmupSteps) || warmupSteps < 0) {
    throw new RangeError(
      `Cannot make a schedule as warmupSteps must be an integer from 0: got ${warmupSteps}`,
    );
  }
  if (!(finalFraction >= 0 && finalFraction <= 1)) {
    throw new RangeError(
      `Cannot make a schedule as finalFraction must lie in [0, 1]: got ${finalFraction}`,
    );
  }
  const floor = name === "constant" ? 1 : finalFraction;
  return (step, totalSteps) => {
    if (step < warmupSteps) return (step + 1) / warmupSteps;
    const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return floor + (1 - floor) * decay(Math.min(1, progress));
  };
}
