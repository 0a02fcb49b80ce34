import { ConfigError, named } from "../core/mod.ts";
import {
  type BadRow,
  checkBadRows,
  type DataColumns,
  readDataFile,
  ROW_COLUMN,
} from "../data/mod.ts";
import { checkLength, MAX_QUESTION } from "./question_length.ts";
import type { Question } from "./task.ts";

/** How {@linkcode readQuestions} makes questions of rows. */
export interface QuestionRows<C extends DataColumns> {
  /** The wanted columns. */
  readonly columns: C;
  /** Put before every question's id: `gsm8k/train`. */
  readonly prefix: string;
  /** Largest share of the rows of a file that may be bad, in [0, 1]. */
  readonly maxBadRows: number;
  /** Most characters of a question; default 20,000. */
  readonly maxQuestionLength?: number;
  /** Rows of all files from the first, bad ones counted; default all. */
  readonly limit?: number;
  /**
   * Reads a row.
   *
   * @param cells Its cells.
   * @returns The question as it is asked, and its gold answer.
   * @throws {SyntaxError} If the row has none: what it must be.
   */
  readonly questionOf: (
    cells: Readonly<Record<keyof C, string>>,
  ) => Pick<Question, "text" | "gold">;
}

/** Questions of files. */
export interface ReadQuestions {
  /** The questions in the order of files and rows; ids end in the number of line or row. */
  readonly questions: readonly Question[];
  /** A line for each file of which rows were left out. */
  readonly notes: readonly string[];
}

/**
 * Reads questions of the files of a data set.
 *
 * @param paths The files, in order; of several, ids name the file by its place as well, from 1.
 * @param rows What makes questions of their rows.
 * @returns The questions, and what was left out.
 * @throws {ConfigError} If a file cannot be used, or too many of its rows are bad, naming the first.
 * @throws {RunError} If a file cannot be read.
 */
export async function readQuestions<C extends DataColumns>(
  paths: readonly string[],
  { columns, prefix, maxBadRows, maxQuestionLength = MAX_QUESTION, limit, questionOf }:
    QuestionRows<C>,
): Promise<ReadQuestions> {
  const questions: Question[] = [];
  const notes: string[] = [];
  let numRows = 0;
  for (const [index, path] of paths.entries()) {
    const file = await readDataFile(path, {
      columns,
      ...(limit === undefined ? {} : { limit: limit - numRows }),
    });
    const bad: BadRow[] = [...file.bad];
    const idOfFile = paths.length === 1 ? prefix : `${prefix}/${index + 1}`;
    const unit = path.endsWith(".parquet") ? "row" : "line";
    for (const record of file.frame.toRecords()) {
      const { [ROW_COLUMN]: row, ...cells } = record;
      try {
        const question = questionOf(cells as Record<keyof C, string>);
        checkLength(question.text, maxQuestionLength);
        questions.push({ id: `${idOfFile}/${row}`, ...question });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        bad.push({ place: `${unit} ${row}`, reason: error.message, value: cells });
      }
    }
    notes.push(
      ...checkBadRows(bad, {
        path,
        numRows: file.numRows,
        maxShare: maxBadRows,
        setting: "task.maxBadRows",
      }),
    );
    if (file.numRows === 0) throw emptyFile(path);
    numRows += file.numRows;
    if (numRows === limit) break;
  }
  return { questions, notes };
}

function emptyFile(path: string): ConfigError {
  return new ConfigError(
    `Cannot use ${named(path)} as it must hold at least one question: it is empty`,
    { thing: path, remedy: "Get the file again" },
  );
}
