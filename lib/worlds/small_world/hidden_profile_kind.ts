import { z } from "zod";
import type { OutputOf, WithCompat } from "../../core/mod.ts";
import { countOrNone } from "../../core/option_types.ts";
import type { TaskKind } from "../task_kind.ts";
import { type EvidenceTask, makeHiddenProfile } from "./hidden_profile.ts";
import { makeHiddenProfileFormat } from "./hidden_profile_format.ts";
import { questionSchema, SMALL_WORLD_TASKS } from "./small_world_kind.ts";

/**
 * Settings of questions whose facts are split among the agents.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const hiddenProfileSchema = z.strictObject({
  of: z.enum(["arithmetic", "entailment"]).default("arithmetic").describe(
    "whose questions' facts are dealt",
  ),
  ...questionSchema.shape,
  difficulty: questionSchema.shape.difficulty.default(3),
  numShared: countOrNone(8).default(0)
    .describe("facts that every agent is told; each of the others is told to one alone"),
});

/** Settings of {@linkcode hiddenProfileKind}, as `hiddenProfileSchema` gives them. */
export type HiddenProfileSettings = OutputOf<typeof hiddenProfileSchema>;

/**
 * Makes the task of split evidence that settings name.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run.
 * @returns The task.
 */
export function loadHiddenProfile(
  { of, seed, difficulty, compat }: WithCompat<HiddenProfileSettings>,
  runSeed: number,
): EvidenceTask {
  return makeHiddenProfile(SMALL_WORLD_TASKS[of]({ seed: seed ?? runSeed, difficulty, compat }));
}

/** Questions whose facts are split among the agents (hidden profiles, Stasser and Titus 1985). */
export const hiddenProfileKind: TaskKind<HiddenProfileSettings> = {
  schema: hiddenProfileSchema,
  load: (settings, runSeed) => Promise.resolve(loadHiddenProfile(settings, runSeed)),
  format: (settings) => makeHiddenProfileFormat(settings),
};
