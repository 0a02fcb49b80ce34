import type { Compat } from "../core/compat.ts";
import { ConfigError, named, someOf } from "../core/mod.ts";
import { findDataFiles } from "../data/mod.ts";
import { ENTAILMENT_LABELS, type EntailmentLabel } from "./answers/extract_label.ts";
import { dataTask } from "./data_task.ts";
import { type QuestionRows, readQuestions } from "./read_questions.ts";
import type { Question, Task } from "./task.ts";

/** A round of ANLI's collection; each was written against a stronger model. */
export type AnliRound = 1 | 2 | 3;

/** Settings of {@linkcode loadAnliTask}. */
export interface AnliOptions {
  /**
   * Folder with `R1` to `R3` and in them `train`, `dev` and `test` as jsonl, or with `plain_text/train_r1-….parquet`
   * as on Hugging Face's hub; a part may be missing in all of the rounds that are asked for, not in some of them.
   */
  readonly folder: string;
  /** The rounds, in the order in which their questions follow each other. */
  readonly rounds: readonly AnliRound[];
  /** How many of the first training examples are for training verifiers; the others are `train`. */
  readonly verifier: number;
  /** Largest share of the rows of a file that may be bad, in [0, 1]. */
  readonly maxBadRows: number;
  /** Most characters of a question; default 20,000. */
  readonly maxQuestionLength?: number;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

const COLUMNS = {
  premise: { names: ["premise", "context"], type: "text" },
  hypothesis: { names: ["hypothesis"], type: "text" },
  label: { names: ["label"], type: "text or integer" },
} as const;

/** The label of a row: `e`, `n`, `c` in ANLI's own files, 0, 1, 2 on the hub, or the word. */
function labelOf(written: string): EntailmentLabel {
  const label = ENTAILMENT_LABELS.find((name, number) =>
    written === name || written === name[0] || written === String(number)
  );
  if (label !== undefined) return label;
  throw new SyntaxError('"label" must be e, n, c, or 0, 1, 2, or the word');
}

/**
 * ANLI (Nie et al. 2020, arXiv 1910.14599): does a hypothesis follow from a premise, contradict it, or neither?
 *
 * Splits: `test` and `validation` are the files `test` and `dev` of the rounds; `verifier` are the first training
 * examples and `train` the others. The paper takes 10,000 for the verifier and the next 12,800 for agents; its 1,200
 * test questions, and its released code, say that they are of round 3.
 *
 * @param options Folder, rounds and sizes.
 * @returns The task. Labels are used, never the reasons that annotators wrote.
 * Splits for which there are too few training examples, or files of some of the rounds alone, are refused where they
 * are asked for.
 * @throws {ConfigError} If no file of these rounds is there, or too many rows are bad.
 * @throws {CheckpointError} If a file was changed since it was downloaded.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadAnliTask(
  { folder, rounds, verifier, compat = "paper", ...limits }: AnliOptions,
): Promise<Task> {
  const notes: string[] = [];
  const read = async (part: string): Promise<Question[] | ConfigError> => {
    const questions: Question[] = [];
    const lacking: AnliRound[] = [];
    for (const round of rounds) {
      const rows: QuestionRows<typeof COLUMNS> = {
        columns: COLUMNS,
        prefix: `anli/R${round}/${part}`,
        ...limits,
        questionOf: ({ premise, hypothesis, label }) => ({
          text: `Premise: ${premise}\n\nHypothesis: ${hypothesis}`,
          gold: labelOf(label),
        }),
      };
      const stems = stemsOf(part, round);
      const files = await findDataFiles(folder, { stems });
      if (files.length === 0) lacking.push(round);
      const found = await readQuestions(files, rows);
      questions.push(...found.questions);
      notes.push(...found.notes);
    }
    // Questions of other rounds alone would be another, easier or harder, set.
    return lacking.length === 0 || lacking.length === rounds.length
      ? questions
      : lacksRounds(lacking, { part, folder, rounds });
  };
  const [train, dev, test] = [await read("train"), await read("dev"), await read("test")];
  const count = (part: Question[] | ConfigError) => part instanceof ConfigError ? 1 : part.length;
  const isShort = !(train instanceof ConfigError) && train.length > 0 && train.length < verifier;
  const tooFew = train instanceof ConfigError ? train : !isShort ? undefined : new ConfigError(
    `Cannot take task.verifier=${verifier} training examples of ${named(folder)} as rounds ` +
      `${rounds.join(", ")} must have as many: they have ${train.length}`,
    {
      thing: "task.verifier",
      value: verifier,
      remedy: `Set task.verifier to ${train.length} or less`,
    },
  );
  const examples = train instanceof ConfigError ? [] : train;
  const isEmpty = [train, dev, test].every((part) => count(part) === 0);
  const lookedFor = (part: string) => rounds.flatMap((round) => stemsOf(part, round));
  return dataTask({
    name: "anli",
    folder,
    splits: {
      test,
      validation: dev,
      verifier: tooFew ?? examples.slice(0, verifier),
      train: tooFew ?? examples.slice(verifier),
    },
    missing: {
      ...(count(test) > 0 ? {} : { test: lookedFor("test") }),
      ...(count(dev) > 0 ? {} : { validation: lookedFor("dev") }),
      ...(count(train) > 0 ? {} : { verifier: lookedFor("train"), train: lookedFor("train") }),
    },
    instead: isEmpty ? await otherRounds(folder, rounds) : undefined,
    answers: "label",
    compat,
    notes,
  });
}

/** Under which names a part of a round may lie: as in ANLI's own archive, and on Hugging Face's hub. */
function stemsOf(part: string, round: AnliRound): string[] {
  const names = [part, ...(part === "dev" ? ["validation"] : [])];
  return names.flatMap((name) => [
    `R${round}/${name}`,
    `${name}_r${round}`,
    `plain_text/${name}_r${round}`,
  ]);
}

/** Why a part is not asked of which some rounds are there and others are not. */
function lacksRounds(
  lacking: readonly AnliRound[],
  { part, folder, rounds }: Pick<AnliOptions, "folder" | "rounds"> & { readonly part: string },
): ConfigError {
  const there = rounds.filter((round) => !lacking.includes(round));
  return new ConfigError(
    `Cannot ask questions of task.rounds=[${rounds}] as ${named(folder)} must hold the files of ` +
      `${part} of each: it has those of round ${someOf(there.map(String))}, and none of ` +
      `round ${someOf(lacking.map(String))}`,
    {
      thing: folder,
      value: lacking,
      remedy: `Set task.rounds to [${there}], or get the others with: deno task data get anli`,
    },
  );
}

/** Which rounds a folder has where it has none of those that were asked for. */
async function otherRounds(
  folder: string,
  asked: readonly AnliRound[],
): Promise<{ reason: string; remedy: string } | undefined> {
  const there: AnliRound[] = [];
  for (const round of ([1, 2, 3] as const).filter((round) => !asked.includes(round))) {
    const stems = ["train", "dev", "test"].map((part) => stemsOf(part, round));
    const found = await Promise.all(
      stems.map((names) => findDataFiles(folder, { stems: names, isWhole: false })),
    );
    if (found.some((paths) => paths.length > 0)) there.push(round);
  }
  if (there.length === 0) return undefined;
  return {
    reason: `those of round ${
      someOf(there.map(String))
    }, and task.rounds=[${asked}] chooses others`,
    remedy: `Set task.rounds to [${there}], or get the others with: deno task data get anli`,
  };
}
