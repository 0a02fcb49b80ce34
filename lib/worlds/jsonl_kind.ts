import { z } from "zod";
import type { OutputOf } from "../core/mod.ts";
import { compatOf, path } from "../core/option_types.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadJsonlTask } from "../tasks/mod.ts";
import { maxQuestionLength } from "./file_options.ts";
import type { TaskKind } from "./task_kind.ts";

/**
 * Settings of questions from files.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const jsonlSchema = z.strictObject({
  files: z.record(z.string().regex(/^\w+$/, "must be a word of letters, digits and _"), path)
    .describe(
      'file of each split; lines {"question", "answer"} and "id" if there is one',
    ),
  answers: z.enum(["number", "label"]).default("number")
    .describe("a number, or entailment, neutral or contradiction"),
  maxQuestionLength,
  compat: compatOf(
    "how answers are extracted: as the paper wants it, or as the official code does it",
  ),
});

/** Settings of {@linkcode jsonlKind}, as `jsonlSchema` gives them. */
export type JsonlSettings = OutputOf<typeof jsonlSchema>;

/** Questions from files, discussed as in the paper. */
export const jsonlKind: TaskKind<JsonlSettings> = {
  schema: jsonlSchema,
  load: (settings) => loadJsonlTask(settings),
  format: (settings) => makePaperFormat(settings),
};
