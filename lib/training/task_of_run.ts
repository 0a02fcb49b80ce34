/**
 * Which questions a run asks.
 *
 * @module
 */
import type { TaskConfig } from "../worlds/mod.ts";
import type { TaskSettings } from "./settings.ts";

/**
 * Lets the questions follow the run's seed unless they are fixed: runs of other seeds then say how much
 * results vary over questions as well, and share none but by chance.
 *
 * @param settings The task of the run's settings.
 * @param runSeed The run's seed.
 * @returns The task, for `makeTask()`, with the seed of its questions.
 */
export function taskOfRun(settings: TaskSettings, runSeed: number): TaskConfig {
  return { ...settings, seed: settings.seed ?? runSeed };
}
