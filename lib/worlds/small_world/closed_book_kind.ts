import { z } from "zod";
import type { OutputOf, WithCompat } from "../../core/mod.ts";
import { between, countOrNone } from "../../core/option_types.ts";
import type { TaskKind } from "../task_kind.ts";
import { makeClosedBookArithmetic } from "./closed_book_arithmetic.ts";
import { makeClosedBookBoth } from "./closed_book_both.ts";
import { makeClosedBookEntailment } from "./closed_book_entailment.ts";
import { closedBookFormat } from "./closed_book_format.ts";
import type { ClosedBookTask } from "./closed_book_task.ts";
import { questionSchema, SMALL_WORLD_ANSWER_TOKENS } from "./small_world_kind.ts";

/**
 * Settings of questions that need facts which nobody tells.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const closedBookSchema = z.strictObject({
  of: z.enum(["arithmetic", "entailment", "both"]).default("arithmetic").describe(
    "purchases at prices, or claims about sets, that one has to know; both = in turns",
  ),
  ...questionSchema.shape,
  difficulty: questionSchema.shape.difficulty.describe("facts that a question needs"),
  tailSeed: countOrNone(2 ** 32 - 1).default(0)
    .describe("which facts are rare in pretraining; no effect elsewhere"),
  tailExponent: z.strictObject({
    arithmetic: between(0, 10).default(1.47).describe("of prices"),
    entailment: between(0, 10).default(2.8).describe("of how sets stand to each other"),
  }).prefault({})
    .describe("how rare: the fact of rank r is met in proportion to 1 / r^this in pretraining"),
});

/** Settings of {@linkcode closedBookKind}, as `closedBookSchema` gives them. */
export type ClosedBookSettings = OutputOf<typeof closedBookSchema>;

const MAKERS = {
  arithmetic: makeClosedBookArithmetic,
  entailment: makeClosedBookEntailment,
  both: makeClosedBookBoth,
};

/**
 * Makes the closed-book task that settings name.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run.
 * @returns The task.
 */
export function loadClosedBook(
  { of, seed, ...settings }: WithCompat<ClosedBookSettings>,
  runSeed: number,
): ClosedBookTask {
  return MAKERS[of]({ ...settings, seed: seed ?? runSeed });
}

/** Questions that need facts which nobody tells (closed-book questions, Roberts et al. 2020). */
export const closedBookKind: TaskKind<ClosedBookSettings> = {
  schema: closedBookSchema,
  answerTokens: SMALL_WORLD_ANSWER_TOKENS,
  load: (settings, runSeed) => Promise.try(() => loadClosedBook(settings, runSeed)),
  format: () => closedBookFormat,
};
