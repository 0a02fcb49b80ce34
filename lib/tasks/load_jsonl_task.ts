import type { Compat } from "../core/compat.ts";
import { ConfigError, digestOf, named, quoted, readTextWithin } from "../core/mod.ts";
import { extractLabel } from "./answers/extract_label.ts";
import { extractNumber, sameNumber } from "./answers/extract_number.ts";
import { parseQuestions, type QuestionFile } from "./parse_questions.ts";
import { checkSplit, questionSetOf } from "./question_set.ts";
import type { Question, QuestionSet, Task } from "./task.ts";

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
  /** Most characters of a question; default 20,000. */
  readonly maxQuestionLength?: number;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

/**
 * A task whose questions stand in files.
 *
 * @param options Files, and what the answers are.
 * @returns The task; its version is a hash of all files.
 * @throws {ConfigError} If a line is no question, naming file and line, or a question is in two splits.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadJsonlTask(
  { name = "jsonl", files, answers, maxQuestionLength, compat }: JsonlTaskOptions,
): Promise<Task> {
  const sets = new Map<string, QuestionSet>();
  const hashes: string[] = [];
  const pathOf = new Map<string, string>();
  for (const [split, path] of Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1)) {
    const text = await readTextWithin(path, MAX_BYTES);
    hashes.push(`${split} ${digestOf(text).sha256}`);
    const questions = parseQuestions(text, {
      ...{ path, prefix: `${name}/${split}`, answers },
      ...(maxQuestionLength === undefined ? {} : { maxLength: maxQuestionLength }),
    });
    checkApart(questions, { path, pathOf });
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

/** Refuses questions of other splits: what was trained on says nothing in a test. */
function checkApart(
  questions: readonly Question[],
  { path, pathOf }: { readonly path: string; readonly pathOf: Map<string, string> },
): void {
  for (const { text } of questions) {
    const other = pathOf.get(text.trim());
    if (other === undefined) continue;
    throw new ConfigError(
      `Cannot use ${named(path)} as no question may be in two splits: ${quoted(text)} is in ${
        named(other)
      } too`,
      {
        thing: path,
        value: text,
        remedy: other === path
          ? "Name a file of its own for each split"
          : "Take it out of one of the files",
      },
    );
  }
  // After the whole file, which may ask the same twice.
  for (const { text } of questions) pathOf.set(text.trim(), path);
}
