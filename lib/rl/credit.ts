/**
 * Credit: from what the answers of a batch earn to how much each of their tokens is reinforced.
 *
 * @module
 */

/** One answer, as far as its credit goes. N tokens. */
export interface CreditRow {
  /** Id of the question. */
  readonly question: string;
  /** Which of the question's discussions, from 0. */
  readonly sample: number;
  /** 0-based agent. */
  readonly agent: number;
  /** 0-based turn. */
  readonly turn: number;
  /** Reward of the whole answer. */
  readonly reward: number;
  /** Estimated divergence from the base model per token, shape [N], nats. */
  readonly kl: Float64Array;
  /**
   * Value of the state before each token, shape [N], or [N + 1] with the state behind the last one; absent
   * where there is no critic.
   */
  readonly values?: Float32Array;
}

/** What an answer's tokens are reinforced by, and what its values are to become. */
export interface AssignedCredit {
  /** Shape [N]: each token's weight in the policy gradient. */
  readonly advantages: Float32Array;
  /** The critic's targets, of the values' shape; absent where the credit uses none. */
  readonly returns?: Float32Array;
}

/** Who is to answer whose rewards, but is not trained by this update. */
export type OtherAnswer = Pick<CreditRow, "question" | "sample" | "agent" | "turn" | "reward">;

/**
 * A way of assigning credit: a pure function of one update's rows, so that a stored batch can be credited
 * again. It is made anew for every update and parameter group and can keep nothing from one to the next;
 * checkpoints have no place for a state of it.
 */
export interface Credit {
  /** As in the settings. */
  readonly name: string;
  /** Whether rows must have values, for which there must be a critic. */
  readonly needsValues: boolean;
  /**
   * Assigns credit.
   *
   * @param rows The answers that one parameter group is trained on.
   * @param others All other answers of the same discussions.
   * @returns One entry per row, in order.
   */
  assign(rows: readonly CreditRow[], others?: readonly OtherAnswer[]): AssignedCredit[];
  /**
   * What values are to predict, whatever they are: the Monte-Carlo returns. They start the critic's bias
   * and are what its values are judged by. Absent where the credit uses no values.
   *
   * @param rows Whose returns.
   * @returns Of the values' shape, one array per row, in order.
   */
  monteCarloReturns?(rows: readonly CreditRow[]): Float32Array[];
}

/**
 * The same advantage for every token of an answer.
 *
 * @param row The answer, of N tokens.
 * @param advantage The answer's.
 * @returns Shape [N].
 */
export function perAnswer({ kl }: Pick<CreditRow, "kl">, advantage: number): AssignedCredit {
  return { advantages: new Float32Array(kl.length).fill(advantage) };
}

/**
 * Estimated divergence of a whole answer.
 *
 * @param row Its tokens' divergence.
 * @returns The sum over its tokens, nats.
 */
export function answerKl({ kl }: Pick<CreditRow, "kl">): number {
  return kl.reduce((sum, nats) => sum + nats, 0);
}
