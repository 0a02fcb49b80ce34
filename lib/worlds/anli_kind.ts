import { z } from "zod";
import type { OutputOf } from "../core/mod.ts";
import { compatOf, countOrNone, path } from "../core/option_types.ts";
import { dataSetFolder } from "../data/mod.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadAnliTask } from "../tasks/mod.ts";
import { maxBadRows, maxQuestionLength } from "./file_options.ts";
import type { TaskKind } from "./task_kind.ts";

/**
 * Settings of ANLI.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const anliSchema = z.strictObject({
  folder: path.default(dataSetFolder("anli")).describe(
    "folder with R1 to R3 and in them train, dev and test, or with plain_text of Hugging Face's hub; " +
      "deno task data get anli fills the default",
  ),
  rounds: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])).min(1).max(3).default([3])
    .refine((rounds) => new Set(rounds).size === rounds.length, "must differ from each other")
    .describe("rounds of its collection, in order; 3 as in the released code"),
  verifier: countOrNone(1_000_000).default(10_000).describe(
    "first training examples that are for training verifiers; the others are for training agents",
  ),
  maxBadRows,
  maxQuestionLength,
  compat: compatOf(
    "how answers are extracted and asked for: as the paper wants it, or as the official code does it",
  ),
});

/** Settings of {@linkcode anliKind}, as `anliSchema` gives them. */
export type AnliSettings = OutputOf<typeof anliSchema>;

/** ANLI, discussed as in the paper. */
export const anliKind: TaskKind<AnliSettings> = {
  schema: anliSchema,
  load: (settings) => loadAnliTask(settings),
  format: ({ compat }) => makePaperFormat({ answers: "label", compat }),
};
