import type { Compat } from "../../core/compat.ts";
import type { Random } from "../../core/random.ts";
import type { Question, QuestionSet, Task } from "../../tasks/mod.ts";

/** A question of the small world. */
export interface SmallWorldQuestion extends Question {
  /** A worked solution, ending in `\boxed{gold}`. */
  readonly solution: string;
  /** How hard it is, 1 to 3. */
  readonly difficulty: number;
}

/** Settings of a task of the small world. */
export interface SmallWorldTaskConfig {
  /** Any safe integer; another seed gives other questions in the same splits. */
  readonly seed: number;
  /** 1 to 3: length of the computation and size of its numbers, or number of premises. */
  readonly difficulty: number;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

/** Settings of {@link SlippingTask.sampleSolution}. */
export interface SolutionOptions {
  /** Probability in [0, 1] that the stated result of a step is wrong. */
  readonly slipRate: number;
}

/**
 * A task of the small world. A question is a function of (seed, difficulty, split, index) alone and
 * there is no end of them; the hash of its content decides its split, so no content occurs in two
 * splits, whatever the seed or difficulty. Within a split contents may repeat.
 */
export interface SmallWorldTask extends Task {
  /**
   * The questions of a split.
   *
   * @param split One of `SPLITS`.
   * @returns Questions without end.
   */
  questions(split: string): QuestionSet<SmallWorldQuestion>;
}

/** A task whose solutions can be written with slips. */
export interface SlippingTask extends SmallWorldTask {
  /**
   * A worked solution in the form of `question.solution` in which steps slip: the slipped step states
   * a wrong result and everything after it goes on from there.
   *
   * @param question A question of this task.
   * @param random Where slips are drawn from.
   * @param options How often a step slips.
   * @returns The solution's text; right if no step slipped.
   */
  sampleSolution(question: SmallWorldQuestion, random: Random, options: SolutionOptions): string;
}
