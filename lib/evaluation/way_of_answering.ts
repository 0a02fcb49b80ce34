import type { AnswerCost } from "./answer_costs.ts";
import type { QuestionKey } from "./question_key.ts";

/** A way to answer questions: what it reaches on each of them, and what it costs. */
export interface WayOfAnswering {
  /** Who answers, such as `off-the-shelf`. */
  readonly model: string;
  /** How, such as `best of 9 by the verifier`. */
  readonly way: string;
  /** What it is called in runs where it takes another number of answers; default `way`. */
  readonly slot?: string;
  /** Whether fewer answers were sampled than cost as much. */
  readonly isShort?: boolean;
  /**
   * `baseline`: without discussion or without training, what a trained discussion has to beat. `trained`: such
   * a discussion. `ceiling`: chosen by an oracle, which nobody has.
   */
  readonly kind: "baseline" | "trained" | "ceiling";
  /** Chance in [0, 1] to be right by question; null where it does not count. */
  readonly credits: ReadonlyMap<QuestionKey, number | null>;
  /** Answers to a question, on average. */
  readonly numAnswers: number;
  /** What a question costs. */
  readonly cost: AnswerCost;
}
