import { z } from "zod";
import { ConfigError, type OutputOf, type WithCompat } from "../../core/mod.ts";
import { countOrNone } from "../../core/option_types.ts";
import type { TaskKind } from "../task_kind.ts";
import { ARITHMETIC_LEVELS } from "./arithmetic_problem.ts";
import { checkDifficulty } from "./check_task.ts";
import { type EvidenceTask, makeHiddenProfile } from "./hidden_profile.ts";
import { makeHiddenProfileFormat } from "./hidden_profile_format.ts";
import {
  questionSchema,
  SMALL_WORLD_ANSWER_TOKENS,
  SMALL_WORLD_TASKS,
} from "./small_world_kind.ts";

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
  numShared: countOrNone(2).default(0)
    .describe(
      "facts that every agent is told; each of the others, two at least, is told to one alone",
    ),
});

/** Facts of a question: what is held at first and the operations, or the premises. */
function numFacts({ of, difficulty }: Pick<HiddenProfileSettings, "of" | "difficulty">): number {
  return of === "entailment"
    ? difficulty
    : 1 + ARITHMETIC_LEVELS[checkDifficulty(difficulty)].numSteps;
}

/** Settings of {@linkcode hiddenProfileKind}, as `hiddenProfileSchema` gives them. */
export type HiddenProfileSettings = OutputOf<typeof hiddenProfileSchema>;

/**
 * Makes the task of split evidence that settings name.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run.
 * @returns The task.
 * @throws {ConfigError} If fewer than two facts are left to split.
 */
export function loadHiddenProfile(
  settings: WithCompat<HiddenProfileSettings>,
  runSeed: number,
): EvidenceTask {
  const { of, seed, difficulty, numShared, compat } = settings;
  const split = numFacts(settings) - numShared;
  if (split < 2) {
    throw new ConfigError(
      `Cannot split the evidence as 2 facts at least must be told to one agent alone: of ` +
        `${numFacts(settings)} facts ${numShared} are told to all`,
      { thing: "task", remedy: "Raise task.difficulty or lower task.numShared" },
    );
  }
  return makeHiddenProfile(SMALL_WORLD_TASKS[of]({ seed: seed ?? runSeed, difficulty, compat }));
}

/** Questions whose facts are split among the agents (hidden profiles, Stasser and Titus 1985). */
export const hiddenProfileKind: TaskKind<HiddenProfileSettings> = {
  schema: hiddenProfileSchema,
  answerTokens: SMALL_WORLD_ANSWER_TOKENS,
  // A refusal is a rejection, as of every kind.
  load: (settings, runSeed) => Promise.try(() => loadHiddenProfile(settings, runSeed)),
  format: (settings) => makeHiddenProfileFormat(settings),
};
