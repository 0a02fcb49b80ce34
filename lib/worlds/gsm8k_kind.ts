import { z } from "zod";
import type { OutputOf } from "../core/mod.ts";
import { compatOf, countOrNone, path } from "../core/option_types.ts";
import { dataSetFolder } from "../data/mod.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadGsm8kTask } from "../tasks/mod.ts";
import { maxBadRows, maxQuestionLength } from "./file_options.ts";
import type { TaskKind } from "./task_kind.ts";

/**
 * Settings of GSM8K.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const gsm8kSchema = z.strictObject({
  folder: path.default(dataSetFolder("gsm8k")).describe(
    "folder with train and test (.jsonl, .parquet or .csv); deno task data get gsm8k fills the default",
  ),
  validation: countOrNone(1_000_000).default(473).describe(
    "questions of the training file that are for validation, chosen by content",
  ),
  verifier: countOrNone(1_000_000).default(3000).describe(
    "others of it that are for training verifiers; the rest is for training agents",
  ),
  maxBadRows,
  maxQuestionLength,
  compat: compatOf(
    "how answers are extracted: as the paper wants it, or as the official code does it",
  ),
});

/** Settings of {@linkcode gsm8kKind}, as `gsm8kSchema` gives them. */
export type Gsm8kSettings = OutputOf<typeof gsm8kSchema>;

/** GSM8K, discussed as in the paper. */
export const gsm8kKind: TaskKind<Gsm8kSettings> = {
  schema: gsm8kSchema,
  load: (settings) => loadGsm8kTask(settings),
  format: ({ compat }) => makePaperFormat({ answers: "number", compat }),
};
