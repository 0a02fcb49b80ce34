import { ConfigError, isMapping, named, parseJson, quoted } from "../core/mod.ts";
import { ENTAILMENT_LABELS } from "./answers/extract_label.ts";
import { exactDecimal, exactText } from "./answers/exact_number.ts";
import { canonicalNumber } from "./answers/extract_number.ts";
import { extractGsm8kGold } from "./answers/gold_gsm8k.ts";
import { checkLength, MAX_QUESTION } from "./question_length.ts";
import type { Question } from "./task.ts";

/** What {@linkcode parseQuestions} knows of a file. */
export interface QuestionFile {
  /** The file, for errors. */
  readonly path: string;
  /** Put before every question's id: `jsonl/train`. */
  readonly prefix: string;
  /** What the answers are. */
  readonly answers: "number" | "label";
  /** Most characters of a question; default 20,000. */
  readonly maxLength?: number;
}

const KEYS = ["id", "question", "answer"];
const NUMBER_FORMS = 'a number such as 7, -0.5, 1e-7, "2/3", or a text that ends in "#### 1,080"';

/**
 * Reads questions, one JSON object a line: `{"question": "What is 3 + 4?", "answer": 7}`, and `"id"` if
 * there is one; else the line's number is the id. Empty lines are passed over. A number is taken
 * exactly as it stands there; it may be the last line of a worked solution, `#### 7`, as GSM8K has it.
 *
 * @param text The file's text.
 * @param file What it is.
 * @returns The questions in their order, gold answers in canonical form.
 * @throws {ConfigError} If a line is no such object or repeats an id, naming its number, or none is there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseQuestions } from "./parse_questions.ts";
 *
 * const text = '{"id": "sum", "question": "What is 3 + 4?", "answer": "7.0"}\n';
 * assertEquals(parseQuestions(text, { path: "a.jsonl", prefix: "jsonl/test", answers: "number" }), [
 *   { id: "jsonl/test/sum", text: "What is 3 + 4?", gold: "7" },
 * ]);
 * ```
 */
export function parseQuestions(text: string, file: QuestionFile): Question[] {
  const lineOf = new Map<string, number>();
  const questions: Question[] = [];
  for (const [index, line] of text.replace(/^\uFEFF/, "").split("\n").entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const question = parseLine(line, { ...file, number });
    const earlier = lineOf.get(question.id);
    if (earlier !== undefined) {
      throw wrongLine({ ...file, number }, `its id must differ from that of line ${earlier}`, line);
    }
    lineOf.set(question.id, number);
    questions.push(question);
  }
  if (questions.length > 0) return questions;
  throw new ConfigError(
    `Cannot use ${named(file.path)} as it must hold at least one question: it is empty`,
    { thing: file.path, remedy: 'Write lines such as {"question": "What is 3 + 4?", "answer": 7}' },
  );
}

type QuestionLine = QuestionFile & { readonly number: number };

function parseLine(line: string, at: QuestionLine): Question {
  const refuse = (expected: string) => wrongLine(at, expected, line);
  let row: unknown;
  try {
    row = parseJson(line, asWritten);
  } catch (error) {
    throw refuse(`it must be one JSON object (${(error as Error).message})`);
  }
  if (!isMapping(row)) throw refuse("it must be one JSON object");
  const unknown = Object.keys(row).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw refuse(`it must have no keys but ${KEYS.join(", ")}, and has ${named(unknown)}`);
  }
  const { id = String(at.number), question, answer } = row;
  if (!isText(question)) throw refuse('"question" must be a text, not empty');
  try {
    checkLength(question, at.maxLength ?? MAX_QUESTION);
  } catch (error) {
    throw refuse((error as SyntaxError).message);
  }
  if (!isText(id) && typeof id !== "number") throw refuse('"id" must be a text or number');
  const gold = goldOf(answer, at.answers);
  if (gold !== null) return { id: `${at.prefix}/${id}`, text: question, gold };
  throw refuse(
    `"answer" must be ${
      at.answers === "number" ? NUMBER_FORMS : `one of ${ENTAILMENT_LABELS.join(", ")}`
    }`,
  );
}

/** A number that is an answer as the text that stands there: a double has but 15 of its digits. */
function asWritten(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return key === "answer" && typeof value === "number" ? context?.source : value;
}

/** `0.0000001` of `1e-7`; null of what is no such number. */
function withoutExponent(text: string): string | null {
  const [, sign, digits] = /^\s*(-?)(\d.*?)\s*$/.exec(text) ?? [];
  const value = digits === undefined ? null : exactDecimal(digits);
  return value && exactText(sign === "-" ? { ...value, numerator: -value.numerator } : value);
}

function goldOf(answer: unknown, kind: QuestionFile["answers"]): string | null {
  if (kind === "label") return ENTAILMENT_LABELS.find((label) => label === answer) ?? null;
  if (typeof answer !== "string") return null;
  try {
    return answer.includes("####")
      ? extractGsm8kGold(answer)
      : canonicalNumber(answer) ?? withoutExponent(answer);
  } catch {
    return null;
  }
}

function wrongLine({ path, number }: QuestionLine, expected: string, line: string): ConfigError {
  return new ConfigError(
    `Cannot use line ${number} of ${named(path)} as ${expected}: ${quoted(line)}`,
    { thing: path, value: line, remedy: `Correct line ${number}, or take another file` },
  );
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "";
