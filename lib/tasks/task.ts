import type { Extraction } from "./extraction.ts";

/** One question with its gold answer. */
export interface Question {
  /** Unique over tasks, their settings, splits and indices. */
  readonly id: string;
  /** The question as it is asked. */
  readonly text: string;
  /** The gold answer in the form that extraction gives. */
  readonly gold: string;
}

/** Questions in a fixed order. */
export interface QuestionSet<Q extends Question = Question> {
  /** How many there are; null where there is no end. */
  readonly size: number | null;
  /**
   * One question: always the same for an index.
   *
   * @param index From 0, below `size`.
   * @returns The question.
   * @throws {RangeError} If there is no such index.
   */
  at(index: number): Q;
}

/** Questions, what counts as their answer, and when it is right. */
export interface Task {
  /** Name in settings and question ids. */
  readonly name: string;
  /** What is asked, in one line. */
  readonly summary: string;
  /** Tells these questions from others of the task: the seed they are drawn with, or a hash of their files. */
  readonly version: string;
  /** What was left out when its questions were read, a line each; absent where nothing can be. */
  readonly notes?: readonly string[];
  /**
   * The questions of a split. No question is in two splits.
   *
   * @param split What the questions are for, such as `train`, `validation` or `test`.
   * @returns The questions.
   * @throws {ConfigError} If the task has no such split.
   */
  questions(split: string): QuestionSet;
  /**
   * Finds the answer that a text states.
   *
   * @param text An answer, whole or as it is quoted to others; any text.
   * @returns What it states. Never throws.
   */
  extract(text: string): Extraction;
  /**
   * Grades an extracted answer.
   *
   * @param answer An extracted answer; null is never right.
   * @param gold The question's gold answer.
   * @returns Whether they are the same answer.
   */
  isCorrect(answer: string | null, gold: string): boolean;
}
