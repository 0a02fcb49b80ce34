import { z } from "zod";
import type { Compat } from "../core/mod.ts";
import { path } from "../core/option_types.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadJsonlTask, type Task } from "../tasks/mod.ts";
import type { TaskKind } from "./task_kind.ts";

/** Settings of {@linkcode jsonlKind}. */
export interface JsonlSettings {
  /** File of each split. */
  readonly files: Readonly<Record<string, string>>;
  /** What the answers are. */
  readonly answers: Task["answers"];
  /** How answers are extracted. */
  readonly compat: Compat;
}

/** Questions from files, discussed as in the paper. */
export const jsonlKind: TaskKind<JsonlSettings> = {
  schema: z.strictObject({
    files: z.record(z.string().regex(/^\w+$/), path).describe(
      'jsonl: file of each split; lines {"question", "answer"} and "id" if there is one',
    ),
    answers: z.enum(["number", "label"]).default("number")
      .describe("jsonl: a number, or entailment, neutral or contradiction"),
    compat: z.enum(["paper", "official"]).default("paper")
      .describe(
        "how answers are extracted: as the paper wants it, or as the official code does it",
      ),
  }),
  load: (settings) => loadJsonlTask(settings),
  format: (settings) => makePaperFormat(settings),
};
