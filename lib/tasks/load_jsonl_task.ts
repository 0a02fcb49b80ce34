import type { Compat } from "../core/compat.ts";
import { digestOf, readTextWithin } from "../core/mod.ts";
import { extractLabel } from "./answers/extract_label.ts";
import { extractNumber, sameNumber } from "./answers/extract_number.ts";
import { parseQuestions, type QuestionFile } from "./parse_questions.ts";
import { checkSplit, questionSetOf } from "./question_set.ts";
import type { QuestionSet, Task } from "./task.ts";

/** Far above GSM8K, ANLI and MATH; a data set this large is not what is trained on here. */
const MAX_BYTES = 2 ** 28;

/** Settings of {@linkcode loadJsonlTask}. */
export interface JsonlTaskOptions {
  /** Name in question ids; default `jsonl`. */
  readonly name?: string;
  /** Files by split, see {@linkcode parseQuestions}. */
  readonly files: Readonly<Record<string, string>>;
  /** What the answers are. */
  readonly answers: QuestionFile["answers"];
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

/**
 * A task whose questions stand in files.
 *
 * @param options Files, and what the answers are.
 * @returns The task; its version is a hash of all files.
 * @throws {ConfigError} If a line is no question, naming file and line.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadJsonlTask(
  { name = "jsonl", files, answers, compat }: JsonlTaskOptions,
): Promise<Task> {
  const sets = new Map<string, QuestionSet>();
  const hashes: string[] = [];
  for (const [split, path] of Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1)) {
    const text = await readTextWithin(path, MAX_BYTES);
    hashes.push(`${split} ${digestOf(text).sha256}`);
    const questions = parseQuestions(text, { path, prefix: `${name}/${split}`, answers });
    sets.set(split, questionSetOf(questions));
  }
  const splits = [...sets.keys()];
  return {
    name,
    summary: `questions of ${splits.join(", ")} from files; the answer is a ${answers}`,
    version: digestOf(hashes.join("\n")).sha256.slice(0, 16),
    questions: (split) => sets.get(checkSplit(split, { task: name, splits }))!,
    extract: (text) => (answers === "number" ? extractNumber : extractLabel)(text, compat),
    isCorrect: answers === "number" ? sameNumber : (answer, gold) => answer === gold,
  };
}
