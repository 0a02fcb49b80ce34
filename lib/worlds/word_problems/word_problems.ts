/**
 * Word problems in plain English.
 *
 * @module
 */
import { type Compat, Random } from "../../core/mod.ts";
import {
  endlessSets,
  extractNumber,
  type Question,
  type QuestionSet,
  sameNumber,
  type Split,
  splitOf,
  type Task,
} from "../../tasks/mod.ts";
import { drawProblem, operationsOf, problemContent } from "./problem.ts";
import { drawCast, tellProblem, tellSolution } from "./telling.ts";

/** A question with a worked solution. */
export interface WordProblem extends Question {
  /** A solution in sentences, ending in `Answer: \boxed{gold}`. */
  readonly solution: string;
  /** What is computed, whatever the words: alike for two questions that differ in these alone. */
  readonly content: string;
  /** Operations that it takes, 1 to 3. */
  readonly numSteps: number;
}

/** Word problems by split. */
export interface WordProblemTask extends Task {
  /**
   * The questions of a split.
   *
   * @param split One of `SPLITS`.
   * @returns Questions without end.
   */
  questions(split: string): QuestionSet<WordProblem>;
}

/** Settings of {@linkcode makeWordProblems}. */
export interface WordProblemsConfig {
  /** Any safe integer; another seed gives other questions in the same splits. */
  readonly seed: number;
  /** Most operations of a question, 1 to 3; each number up to it is as likely. */
  readonly maxSteps: number;
  /** Whether test questions are told in sentences that no other split has. */
  readonly heldOutForms: boolean;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat | undefined;
}

/**
 * Word problems of one to three operations about what people have, with whole numbers as people write them:
 *
 * ```text
 * Ana collected twelve stickers last summer. She buys 8 more stickers. Ben has twice as many stickers as Ana has now. How
 * many stickers does Ben have?
 * ```
 *
 * A question is a function of (seed, most steps, split, index). What is computed decides its split
 * ({@linkcode splitOf}), so no computation occurs in two splits, whatever the words.
 *
 * @param config Seed, length and sentences.
 * @returns The task.
 * @throws {RangeError} If there are not 1, 2 or 3 steps at most.
 */
export function makeWordProblems(
  { seed, maxSteps, heldOutForms, compat }: WordProblemsConfig,
): WordProblemTask {
  if (![1, 2, 3].includes(maxSteps)) {
    throw new RangeError(
      `Cannot make word problems as maxSteps must be 1, 2 or 3: current value is ${maxSteps}`,
    );
  }
  const root = Random.fromSeed(seed).split("word_problems", maxSteps);

  function question(split: Split, index: number): WordProblem {
    const random = root.split(split, index);
    const numSteps = random.integer(1, maxSteps + 1);
    let problem = drawProblem(random, numSteps);
    while (splitOf(problemContent(problem)) !== split) problem = drawProblem(random, numSteps);
    const cast = drawCast(random);
    const isHeldOut = split === "test" && heldOutForms;
    return {
      id: `word_problems/${maxSteps}/${seed}/${split}/${index}`,
      text: tellProblem(problem, cast, { random, isHeldOut }),
      gold: String(operationsOf(problem).at(-1)!.result),
      solution: tellSolution(problem, cast, random),
      content: problemContent(problem),
      numSteps,
    };
  }

  return {
    name: "word_problems",
    summary: `word problems in English of 1 to ${maxSteps} operations; the answer is a number`,
    version: String(seed),
    questions: endlessSets("word_problems", question),
    extract: (text) => extractNumber(text, compat),
    isCorrect: sameNumber,
  };
}
