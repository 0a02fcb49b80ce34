import type { Random } from "../core/random.ts";

/** One question with its gold answer. */
export interface Question {
  /** Unique over tasks, difficulties, seeds, splits and indices. */
  readonly id: string;
  /** The question as it is asked. */
  readonly text: string;
  /** The gold answer in the form that extraction gives. */
  readonly gold: string;
  /** A worked solution, ending in `\boxed{gold}`. */
  readonly solution: string;
  /** The task's difficulty knob, 1 (easy) to 3 (hard). */
  readonly difficulty: number;
}

/** What a question may be used for. */
export type Split = "pretrain" | "verifier" | "train" | "validation" | "test";

/** What was found in an answer. */
export interface Extraction {
  /** The answer in canonical form; null if there is no valid one. */
  readonly answer: string | null;
  /** Whether there was a box (a valid one or not). */
  readonly boxed: boolean;
}

/** Settings of {@link Task.sampleSolution}. */
export interface SolutionOptions {
  /** Probability in [0, 1] that the stated result of a step is wrong. */
  readonly slipRate: number;
}

/** Questions, what counts as their answer, and when it is right. */
export interface Task {
  /** Name in configs and question ids. */
  readonly name: string;
  /** What is asked, in one line. */
  readonly summary: string;
  /**
   * A question, a function of (task seed, difficulty, split, index) alone. The hash of a question's
   * content decides its split, so no content occurs in two splits, whatever the seed or difficulty.
   *
   * @param split What the question is for.
   * @param index Any natural number; contents may repeat within a split.
   * @returns The question.
   */
  question(split: Split, index: number): Question;
  /**
   * Finds the answer that a text states.
   *
   * @param text An answer; any text.
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
  /**
   * A worked solution in the form of `question.solution` in which steps slip: the slipped step states
   * a wrong result and everything after it goes on from there.
   *
   * @param question A question of this task.
   * @param random Where slips are drawn from.
   * @param options How often a step slips.
   * @returns The solution's text; right if no step slipped.
   */
  sampleSolution(question: Question, random: Random, options: SolutionOptions): string;
}
