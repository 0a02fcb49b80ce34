import { z } from "zod";
import type { OutputOf, WithCompat } from "../../core/mod.ts";
import { compatOf, countOrNone } from "../../core/option_types.ts";
import { type DiscussionFormat, makePaperFormat } from "../../discussion/mod.ts";
import type { TaskKind } from "../task_kind.ts";
import { wordProblemDemonstrator } from "./word_problem_demonstrator.ts";
import { makeWordProblems } from "./word_problems.ts";

/**
 * Which word problems.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const wordProblemsSchema = z.strictObject({
  seed: countOrNone(2 ** 32 - 1).nullable().default(null)
    .describe("seed of the question generator; null = the run's seed"),
  maxSteps: z.number().int().min(1).max(3).default(3)
    .describe("most operations of a question; each number up to it is as likely"),
  heldOutForms: z.boolean().default(true)
    .describe("test questions are told in sentences that no other split has"),
  compat: compatOf(
    "how answers are extracted: as the paper wants it, or as the official code does it",
  ),
});

/** Settings of word problems, as `wordProblemsSchema` gives them. */
export type WordProblemsSettings = OutputOf<typeof wordProblemsSchema>;

/** Word problems in plain English, discussed as in the paper. */
export const wordProblemsKind: TaskKind<WordProblemsSettings> = {
  schema: wordProblemsSchema,
  load: ({ seed, ...settings }, runSeed) =>
    Promise.resolve(makeWordProblems({ ...settings, seed: seed ?? runSeed })),
  format,
  demonstrator: (settings) => wordProblemDemonstrator(format(settings)),
};

function format({ compat }: WithCompat<WordProblemsSettings>): DiscussionFormat {
  return makePaperFormat({ answers: "number", compat });
}
