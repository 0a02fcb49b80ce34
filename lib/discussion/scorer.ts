import type { Question } from "../tasks/task.ts";

/** What a scorer judges: a question and one solution, never the dialogue. */
export interface ScoreItem {
  /** The question. */
  readonly question: Question;
  /** One solution's text. */
  readonly solution: string;
}

/** How a scorer is asked. */
export interface ScoreOptions {
  /** Stops a scorer that takes long; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Somebody who judges solutions: a trained verifier, an oracle, a service. */
export interface Scorer {
  /** Names the scorer in errors and reports. */
  readonly name: string;
  /**
   * Judges solutions. The same question and solution get the same score wherever they occur.
   *
   * @param items Questions with solutions.
   * @param options What stops it; scorers that are fast may ignore it.
   * @returns Shape [items], scores in [0, 1]: probability of being right.
   */
  score(items: readonly ScoreItem[], options?: ScoreOptions): Promise<Float64Array>;
}
