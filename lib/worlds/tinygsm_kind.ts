import { z } from "zod";
import type { OutputOf } from "../core/mod.ts";
import { compatOf, countOrNone, fraction, path } from "../core/option_types.ts";
import { dataSetFolder } from "../data/mod.ts";
import { makePaperFormat } from "../discussion/mod.ts";
import { loadTinygsmTask } from "../tasks/mod.ts";
import { maxQuestionLength } from "./file_options.ts";
import type { TaskKind } from "./task_kind.ts";

/** Far more than anybody runs programs of; all of TinyGSM has 12 million. */
const MOST = 10_000_000;

/**
 * Settings of TinyGSM.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const tinygsmSchema = z.strictObject({
  folder: path.default(dataSetFolder("tinygsm")).describe(
    "folder that deno task data get tinygsm and deno task answers tinygsm filled, or a copy of it",
  ),
  train: countOrNone(MOST).default(12_800).describe(
    "usable problems from the first that are for training agents",
  ),
  validation: countOrNone(MOST).default(500).describe(
    "problems behind those that are for validation",
  ),
  test: countOrNone(MOST).default(1000).describe("problems behind those that are for the test"),
  verifier: countOrNone(MOST).default(0).describe(
    "problems behind those that are for training verifiers",
  ),
  decimals: z.int().min(0).max(6).default(0).describe(
    "most decimals of an answer; problems whose answer has more are left out",
  ),
  maxBadRows: fraction.default(0.05).describe(
    "largest share of the rows of a file that may be unusable, such as those whose program fails; " +
      "they are left out and named",
  ),
  maxQuestionLength,
  compat: compatOf(
    "how answers are extracted: as the paper wants it, or as the official code does it, which leaves " +
      "out answers of -1 too",
  ),
});

/** Settings of {@linkcode tinygsmKind}, as `tinygsmSchema` gives them. */
export type TinygsmSettings = OutputOf<typeof tinygsmSchema>;

/** TinyGSM, discussed as in the paper. */
export const tinygsmKind: TaskKind<TinygsmSettings> = {
  schema: tinygsmSchema,
  load: (settings) => loadTinygsmTask(settings),
  format: ({ compat }) => makePaperFormat({ answers: "number", compat }),
};
