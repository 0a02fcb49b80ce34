import type { Compat } from "../core/compat.ts";
import { ConfigError, digestOf, named } from "../core/mod.ts";
import { DATA_FORMATS } from "../data/mod.ts";
import { extractLabel } from "./answers/extract_label.ts";
import { extractNumber, sameNumber } from "./answers/extract_number.ts";
import { checkSplit, questionSetOf } from "./question_set.ts";
import type { Question, Task } from "./task.ts";

/** What {@linkcode dataTask} makes a task of. */
export interface DataTaskOptions {
  /** The data set's name. */
  readonly name: string;
  /** Where it was looked for. */
  readonly folder: string;
  /**
   * The questions by split; a split without questions is not there, one with an error is refused with it where it is
   * asked for. Of two splits with the same question the first keeps it.
   */
  readonly splits: Readonly<Record<string, readonly Question[] | ConfigError>>;
  /** Of splits whose files are not there, the names without ending under which they were looked for. */
  readonly missing?: Readonly<Record<string, readonly string[]>>;
  /** What the folder holds instead of all that was looked for, with a remedy; default nothing. */
  readonly instead?: { readonly reason: string; readonly remedy: string } | undefined;
  /** What the answers are. */
  readonly answers: "number" | "label";
  /** How answers are extracted. */
  readonly compat: Compat;
  /** What was left out while files were read. */
  readonly notes: readonly string[];
}

/**
 * A task of the questions of a data set.
 *
 * @param options The questions by split.
 * @returns The task; its version is a hash of all questions and gold answers, in whatever file they stood.
 * @throws {ConfigError} If there is no question at all, or no split that is not refused.
 */
export function dataTask(
  { name, folder, splits: given, missing = {}, instead, answers, compat, notes }: DataTaskOptions,
): Task {
  const { splits: sets, notes: doubles } = apart(given);
  const splits = Object.keys(sets);
  const refused = Object.entries(given).filter(([, questions]) => questions instanceof ConfigError);
  const remedy =
    `Get the data set with: deno task data get ${name}, or name its folder with task.folder`;
  if (splits.length === 0) {
    const [[, first] = []] = refused;
    throw first ?? new ConfigError(
      `Cannot use ${named(folder)} as it must hold the files of ${name}, such as ${
        fileNames([...new Set(Object.values(missing).flat())])
      }: it has ${instead?.reason ?? "none of them"}`,
      { thing: folder, remedy: instead?.remedy ?? remedy },
    );
  }
  const setOf = (split: string) => {
    const questions = given[split];
    if (questions instanceof ConfigError) throw questions;
    if (Object.hasOwn(missing, split)) {
      throw new ConfigError(
        `Cannot ask questions of split ${named(split)} of task ${name} as ${named(folder)} must ` +
          `hold one of ${fileNames(missing[split]!)}: it does not, and has ${splits.join(", ")}`,
        { thing: folder, value: split, remedy },
      );
    }
    return questionSetOf(sets[checkSplit(split, { task: name, splits })]!);
  };
  const content = splits.sort().flatMap((
    split,
  ) => [split, ...sets[split]!.flatMap(({ id, text, gold }) => [id, text, gold])]);
  return {
    name,
    summary: `${splits.join(", ")} of ${name}; the answer is a ${answers}`,
    version: digestOf(JSON.stringify(content)).sha256.slice(0, 16),
    notes: [...notes, ...doubles],
    questions: setOf,
    extract: (text) => (answers === "number" ? extractNumber : extractLabel)(text, compat),
    isCorrect: answers === "number" ? sameNumber : (answer, gold) => answer === gold,
  };
}

/** Leaves questions out of a split that an earlier one has: what was trained on says nothing in a test. */
function apart(
  given: DataTaskOptions["splits"],
): { splits: Record<string, readonly Question[]>; notes: string[] } {
  const splits: Record<string, readonly Question[]> = {};
  const notes: string[] = [];
  const earlier = new Set<string>();
  for (const [split, all] of Object.entries(given)) {
    if (all instanceof ConfigError) continue;
    const questions = all.filter(({ text }) => !earlier.has(text.trim()));
    if (questions.length < all.length) {
      notes.push(
        `Left out ${all.length - questions.length} of ${all.length} questions of ${split}, which ` +
          `${Object.keys(splits).join(" or ")} has too`,
      );
    }
    for (const { text } of questions) earlier.add(text.trim());
    if (questions.length > 0) splits[split] = questions;
  }
  return { splits, notes };
}

/** `train.jsonl, train.parquet, train.csv` of `train`; the other endings once for several. */
function fileNames(stems: readonly string[]): string {
  const [first = "", ...others] = stems;
  return [
    ...DATA_FORMATS.map((format) => `${first}.${format}`),
    ...others.map((stem) => `${stem}.*`),
  ]
    .join(", ");
}
