import type { Compat } from "../core/compat.ts";
import { findDataFiles } from "../data/mod.ts";
import { extractGsm8kGold } from "./answers/gold_gsm8k.ts";
import { cutQuestions } from "./cut_questions.ts";
import { dataTask } from "./data_task.ts";
import { type QuestionRows, readQuestions } from "./read_questions.ts";
import type { Task } from "./task.ts";

/** Settings of {@linkcode loadGsm8kTask}. */
export interface Gsm8kOptions {
  /** Folder with `train` and `test` as jsonl, Parquet or CSV; one of them may be missing. */
  readonly folder: string;
  /** How many questions of the training file are for validation. */
  readonly validation: number;
  /** How many others of it are for training verifiers. */
  readonly verifier: number;
  /** Largest share of the rows of a file that may be bad, in [0, 1]. */
  readonly maxBadRows: number;
  /** Most characters of a question; default 20,000. */
  readonly maxQuestionLength?: number;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

const COLUMNS = {
  question: { names: ["question"], type: "text" },
  answer: { names: ["answer"], type: "text" },
} as const;

/**
 * GSM8K (Cobbe et al. 2021, arXiv 2110.14168): problems of grade-school mathematics whose answer is a number.
 *
 * Splits: `test` is the test file. The data set has no validation questions: {@linkcode cutQuestions} takes those of
 * `validation` and `verifier` out of the training file by content, and `train` is what remains. The paper trains its
 * verifier on 7,463 of the 7,473 questions and agents on TinyGSM: `verifier: 7463, validation: 10`.
 *
 * @param options Folder and sizes.
 * @returns The task. Only final answers are used, never the solutions.
 * A split for which the training file has too few questions is refused where it is asked for.
 * @throws {ConfigError} If no file is there, or too many rows are bad.
 * @throws {CheckpointError} If a file was changed since it was downloaded.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadGsm8kTask(
  { folder, validation, verifier, compat = "paper", ...limits }: Gsm8kOptions,
): Promise<Task> {
  const stemsOf = (part: string) => [part, `main/${part}`]; // as in its repository, and on Hugging Face's hub
  const read = async (part: string) => {
    const rows: QuestionRows<typeof COLUMNS> = {
      columns: COLUMNS,
      prefix: `gsm8k/${part}`,
      ...limits,
      questionOf: ({ question, answer }) => ({ text: question, gold: extractGsm8kGold(answer) }),
    };
    return await readQuestions(await findDataFiles(folder, { stems: stemsOf(part) }), rows);
  };
  const [train, test] = [await read("train"), await read("test")];
  const cut = train.questions.length === 0
    ? { validation: [], verifier: [], rest: [] }
    : cutQuestions(train.questions, { validation, verifier });
  const inTrain = stemsOf("train");
  return dataTask({
    name: "gsm8k",
    folder,
    splits: {
      test: test.questions,
      validation: cut.validation,
      verifier: cut.verifier,
      train: cut.rest,
    },
    missing: {
      ...(test.questions.length > 0 ? {} : { test: stemsOf("test") }),
      ...(train.questions.length > 0
        ? {}
        : { validation: inTrain, verifier: inTrain, train: inTrain }),
    },
    answers: "number",
    compat,
    notes: [...train.notes, ...test.notes],
  });
}
