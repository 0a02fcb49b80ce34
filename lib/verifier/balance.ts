import type { Random } from "../core/mod.ts";

/** Options of {@link balanceAnswers}. */
export interface BalanceOptions<V> {
  /** Identifies the question of an answer. */
  readonly questionOf: (item: V) => string;
  /** The label of an answer. */
  readonly isCorrect: (item: V) => boolean;
  /** Right answers, and wrong answers, wanted of each question (paper: 20 GSM8K, 10 ANLI). */
  readonly perClass: number;
  /**
   * A question with fewer of one class: leave it out (`"drop"`, as the released code does after its
   * attempts to generate more), or keep as many of both classes as the rarer one has (`"keep_min"`).
   */
  readonly shortage: "drop" | "keep_min";
  /** Picks among the answers in excess; each question has its own stream. */
  readonly random: Random;
}

/** A question that had too few answers of a class. */
export interface ShortQuestion {
  /** The question. */
  readonly question: string;
  /** Right answers it had. */
  readonly numRight: number;
  /** Wrong answers it had. */
  readonly numWrong: number;
  /** Answers of each class that were kept; 0 = the question was left out. */
  readonly numKeptPerClass: number;
}

/** What {@link balanceAnswers} did. */
export interface BalanceReport {
  /** Questions that came in. */
  readonly numQuestions: number;
  /** Answers that came in. */
  readonly numAnswers: number;
  /** Questions with at least one pair kept. */
  readonly numKeptQuestions: number;
  /** Answers kept; half of them right. */
  readonly numKeptAnswers: number;
  /** Every question below `perClass`, kept in part or left out, in the order of their first answers. */
  readonly short: readonly ShortQuestion[];
}

/** What {@link balanceAnswers} returns. */
export interface Balanced<V> {
  /** The answers kept, in their original order. */
  readonly kept: V[];
  /** What was left out, and why. */
  readonly report: BalanceReport;
}

/**
 * Keeps equally many right and wrong answers of every question (MAPoRL E.1).
 *
 * Otherwise a verifier learns which questions are easy instead of which answers are right: easy ones
 * would only have right samples.
 *
 * @typeParam V Type of an answer.
 * @param items Labelled answers of any number of questions, in any order.
 * @param options What is wanted, and the random stream that picks.
 * @returns The answers kept and a report. A question's picks depend on its own answers only.
 * @throws {RangeError} If `perClass` is not an integer of at least 1.
 */
export function balanceAnswers<V>(items: readonly V[], options: BalanceOptions<V>): Balanced<V> {
  const { questionOf, isCorrect, perClass, shortage, random } = options;
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new RangeError(
      `Cannot balance answers as perClass must be an integer of at least 1: current value is ${perClass}`,
    );
  }
  const groups = new Map<string, { right: number[]; wrong: number[] }>();
  for (const [index, item] of items.entries()) {
    const question = questionOf(item);
    const group = groups.get(question) ?? { right: [], wrong: [] };
    groups.set(question, group);
    (isCorrect(item) ? group.right : group.wrong).push(index);
  }
  const keptIndices: number[] = [];
  const short: ShortQuestion[] = [];
  let numKeptQuestions = 0;
  for (const [question, { right, wrong }] of groups) {
    const most = Math.min(right.length, wrong.length, perClass);
    const numKeptPerClass = most < perClass && shortage === "drop" ? 0 : most;
    if (most < perClass) {
      short.push({
        question,
        numRight: right.length,
        numWrong: wrong.length,
        numKeptPerClass,
      });
    }
    if (numKeptPerClass > 0) numKeptQuestions++;
    for (const [label, indices] of [["right", right], ["wrong", wrong]] as const) {
      const order = random.split(question, label).permutation(indices.length);
      for (const k of order.subarray(0, numKeptPerClass)) keptIndices.push(indices[k]!);
    }
  }
  const kept = keptIndices.sort((i, j) => i - j).map((index) => items[index]!);
  return {
    kept,
    report: {
      numQuestions: groups.size,
      numAnswers: items.length,
      numKeptQuestions,
      numKeptAnswers: kept.length,
      short,
    },
  };
}
