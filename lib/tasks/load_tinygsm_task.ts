import type { Compat } from "../core/compat.ts";
import { ConfigError } from "../core/mod.ts";
import {
  type AnswerFrameRow,
  type BadRow,
  checkBadRows,
  readProgramAnswers,
  TINYGSM,
} from "../data/mod.ts";
import { dataTask } from "./data_task.ts";
import { checkLength, MAX_QUESTION } from "./question_length.ts";
import type { Question, Task } from "./task.ts";

/** Settings of {@linkcode loadTinygsmTask}. */
export interface TinygsmOptions {
  /** Folder that `deno task data get tinygsm` and `deno task answers tinygsm` filled. */
  readonly folder: string;
  /** How many usable problems from the first are for training agents. */
  readonly train: number;
  /** How many behind them are for validation. */
  readonly validation: number;
  /** How many behind those are for the test. */
  readonly test: number;
  /** How many behind those are for training verifiers. */
  readonly verifier: number;
  /** Most decimals of an answer; problems whose answer has more are left out. */
  readonly decimals: number;
  /** Largest share of the rows of a file that may be bad, in [0, 1]. */
  readonly maxBadRows: number;
  /** Most characters of a question; default 20,000. */
  readonly maxQuestionLength?: number;
  /** How answers are extracted; with `"official"` problems whose answer is -1 are left out. Default `"paper"`. */
  readonly compat?: Compat;
}

/** Programs compute in doubles, so that 0.1 + 0.2 is a little more than 0.3: relative to the answer. */
const ROUNDING = 1e-9;

/**
 * TinyGSM (Liu et al. 2023, arXiv 2312.09241): problems in the manner of GSM8K, each with a Python program, whose value
 * is the answer. The programs are run by `deno task answers tinygsm`, once and in a sandbox; this reads what they
 * returned and needs no permission to run anything.
 *
 * Splits, in the order of the file: the first usable problems are `train`, those behind them `validation`, `test` and
 * `verifier`. The paper trains agents on the first 12,800. Its released code takes whole answers other than -1, which
 * stands for an invalid one there; the paper says nothing, so `decimals` is 0 by default, and -1 an answer as any other.
 *
 * @param options Folder and sizes.
 * @returns The task. A split for which there are too few problems is refused where it is asked for.
 * @throws {ConfigError} If the programs were not run yet, or too many rows are bad.
 * @throws {CheckpointError} If the kept answers were changed, or are of other files.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadTinygsmTask(options: TinygsmOptions): Promise<Task> {
  const { folder, train, validation, test, verifier, compat = "paper" } = options;
  const { rows, isWhole } = await readProgramAnswers(TINYGSM, folder);
  const { questions, notes } = usableQuestions(rows, options);
  const cut = cutInOrder(questions, { train, validation, test, verifier }, isWhole);
  return dataTask({ name: TINYGSM.name, folder, splits: cut, answers: "number", compat, notes });
}

/** The problems whose answers can be stated, each text once, and what was left out. */
function usableQuestions(
  rows: readonly AnswerFrameRow[],
  { folder, decimals, maxBadRows, maxQuestionLength = MAX_QUESTION, compat }: TinygsmOptions,
): { questions: Question[]; notes: string[] } {
  const questions: Question[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  let [unstated, invalid, doubles] = [0, 0, 0];
  for (const [index, [file, of]] of [...Map.groupBy(rows, ({ file }) => file)].entries()) {
    const bad: BadRow[] = [];
    const unit = file.endsWith(".parquet") ? "row" : "line";
    for (const row of of) {
      try {
        if ("problem" in row) throw new SyntaxError(`its program: ${row.problem}`);
        const text = checkLength(row.question, maxQuestionLength);
        const gold = statedNumber(row.value, decimals);
        if (gold === undefined) unstated++;
        else if (compat === "official" && gold === "-1") invalid++;
        else if (seen.has(text.trim())) doubles++;
        else questions.push({ id: `${TINYGSM.name}/${index + 1}/${row.row}`, text, gold });
        seen.add(text.trim());
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        bad.push({ place: `${unit} ${row.row}`, reason: error.message, value: row.question });
      }
    }
    notes.push(...checkBadRows(bad, {
      ...{ path: `${folder}/${file}`, numRows: of.length },
      ...{ maxShare: maxBadRows, setting: "task.maxBadRows" },
    }));
  }
  const leftOut = (count: number, why: string) =>
    count > 0 ? [`Left out ${count} of ${rows.length} problems ${why}`] : [];
  return {
    questions,
    notes: [
      ...notes,
      ...leftOut(unstated, `whose answers have more decimals than task.decimals=${decimals}`),
      ...leftOut(invalid, "whose answer is -1, as the official code does"),
      ...leftOut(doubles, "that were asked before"),
    ],
  };
}

/** A number with so many decimals at most; undefined where it has more. */
function statedNumber(value: number, decimals: number): string | undefined {
  const text = value.toFixed(decimals);
  if (Math.abs(Number(text) - value) > ROUNDING * Math.max(1, Math.abs(value))) return undefined;
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** Cuts questions into parts one behind the other; in place of one for which there are too few, an error says so. */
function cutInOrder<S extends Readonly<Record<string, number>>>(
  questions: readonly Question[],
  sizes: S,
  isWhole: boolean,
): Record<string, readonly Question[] | ConfigError> {
  let from = 0;
  return Object.fromEntries(
    Object.entries(sizes).map(([split, size]) => {
      const part = questions.slice(from, from + size);
      from += size;
      if (part.length === size) return [split, part];
      const asked = Object.entries(sizes).map(([name, size]) => `task.${name}=${size}`);
      const names = asked.slice(0, Object.keys(sizes).indexOf(split) + 1).join(", ");
      return [
        split,
        new ConfigError(
          `Cannot take split ${split} of ${TINYGSM.name} as there must be ${from} usable ` +
            `problems for ${names}: there are ${questions.length}`,
          {
            thing: `task.${split}`,
            value: size,
            remedy: `Set them so that they add up to ${questions.length} or less` +
              (isWhole
                ? ""
                : `, or run more programs with: deno task answers ${TINYGSM.name} --rows N`),
          },
        ),
      ];
    }),
  );
}
