import type { Compat } from "../core/compat.ts";
import { ConfigError, digestOf, named } from "../core/mod.ts";
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
   * The questions by split; a split without questions is not there. Of two splits with the same question the first
   * keeps it.
   */
  readonly splits: Readonly<Record<string, readonly Question[]>>;
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
 * @throws {ConfigError} If there is no question at all.
 */
export function dataTask(
  { name, folder, splits: given, answers, compat, notes }: DataTaskOptions,
): Task {
  const { splits: sets, notes: doubles } = apart(given);
  const splits = Object.keys(sets);
  if (splits.length === 0) {
    throw new ConfigError(
      `Cannot use ${named(folder)} as it must hold the files of ${name}: it has none of them`,
      {
        thing: folder,
        remedy:
          `Get the data set with: deno task data get ${name}, or name its folder with task.folder`,
      },
    );
  }
  const content = splits.sort().flatMap((
    split,
  ) => [split, ...sets[split]!.flatMap(({ id, text, gold }) => [id, text, gold])]);
  return {
    name,
    summary: `${splits.join(", ")} of ${name}; the answer is a ${answers}`,
    version: digestOf(JSON.stringify(content)).sha256.slice(0, 16),
    notes: [...notes, ...doubles],
    questions: (split) => questionSetOf(sets[checkSplit(split, { task: name, splits })]!),
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
