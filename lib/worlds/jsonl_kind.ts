import { z } from "zod";
import { path } from "../core/option_types.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadJsonlTask } from "../tasks/mod.ts";
import { type TaskKind, taskKind } from "./task_kind.ts";

const shape = {
  files: z.record(z.string().regex(/^\w+$/), path).describe(
    'jsonl: file of each split; lines {"question", "answer"} and "id" if there is one',
  ),
  answers: z.enum(["number", "label"]).default("number")
    .describe("jsonl: a number, or entailment, neutral or contradiction"),
  compat: z.enum(["paper", "official"]).default("paper")
    .describe("how answers are extracted: as the paper wants it, or as the official code does it"),
};

/** Questions from files, discussed as in the paper. */
export const jsonlKind: TaskKind<typeof shape> = taskKind({
  schema: z.strictObject(shape),
  load: (settings) => loadJsonlTask(settings),
  format: (settings) => makePaperFormat(settings),
});
