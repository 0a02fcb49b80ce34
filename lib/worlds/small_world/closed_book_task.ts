import type { Popularity } from "./fact_table.ts";
import type {
  SmallWorldQuestion,
  SmallWorldTask,
  SmallWorldTaskConfig,
} from "./small_world_task.ts";

/** Settings of a closed-book task. */
export interface ClosedBookConfig extends SmallWorldTaskConfig {
  /** Ranks the facts: another seed makes other facts rare in pretraining. */
  readonly tailSeed: number;
  /** How rare the rare ones are, as in `makeFactTable()`. */
  readonly tailExponent: {
    /** Of prices. */
    readonly arithmetic: number;
    /** Of how sets stand to each other. */
    readonly entailment: number;
  };
}

/**
 * A task whose questions need facts of the world that they do not tell (closed-book questions, Roberts et al.
 * 2020). A solution states each of them, and works out the rest from what it states.
 */
export interface ClosedBookTask extends SmallWorldTask {
  /**
   * What a question needs.
   *
   * @param question A question of this task.
   * @returns A value for every fact, in the order of solutions.
   */
  recalled(question: SmallWorldQuestion): Recalled[];
  /**
   * Works a question out from what somebody thinks is so.
   *
   * @param question A question of this task.
   * @param values One of the options of each fact.
   * @returns The solution's text; null where none can be written with these values.
   */
  solutionFrom(question: SmallWorldQuestion, values: readonly string[]): string | null;
  /**
   * Reads what a solution states of each fact.
   *
   * @param question A question of this task.
   * @param solution Any text.
   * @returns The values; null if the text is not exactly what follows from them.
   */
  valuesOf(question: SmallWorldQuestion, solution: string): string[] | null;
}

/** A fact that a question needs, as its solutions state it. */
export interface Recalled {
  /** What is so. */
  readonly value: string;
  /** All that could be so, the right one among them. */
  readonly options: readonly string[];
  /** How often pretraining asks for it. */
  readonly popularity: Popularity;
}
