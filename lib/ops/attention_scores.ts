/** What becomes of attention's scores before their softmax. */

/** Options that both kinds of attention have. */
export interface AttentionScoreOptions {
  /**
   * To how many positions a query attends at most: the one at i sees j with i − window < j ≤ i, as in transformers'
   * `sliding_window_overlay`; absent = to all up to its own.
   */
  readonly window?: number | undefined;
  /** Scores s become cap · tanh(s / cap) (Gemma Team 2024, arXiv 2408.00118, §2); absent = they stay. */
  readonly softCap?: number | undefined;
}

/** The same for kernels, which take numbers. */
export interface ScoreAttributes {
  /** As in {@linkcode AttentionScoreOptions}; {@linkcode NO_WINDOW} where there is none. */
  readonly window: number;
  /** As in {@linkcode AttentionScoreOptions}; 0 where there is none. */
  readonly softCap: number;
}

/** More than there are positions, and less than half of what 32 bits hold: kernels compare by subtracting. */
const NO_WINDOW = 2 ** 31 - 1;

/**
 * Checks the options, and makes numbers of them.
 *
 * @param op Public name of the op.
 * @param options Window and soft cap.
 * @returns What kernels take.
 * @throws {RangeError} If the window is no positive integer, or the cap no positive number.
 */
export function scoreAttributes(
  op: string,
  { window = NO_WINDOW, softCap }: AttentionScoreOptions,
): ScoreAttributes {
  if (!(Number.isSafeInteger(window) && window > 0)) {
    throw new RangeError(`Cannot run ${op} as window must be a positive integer: got ${window}`);
  }
  if (softCap !== undefined) checkSoftCap(op, softCap);
  return { window: Math.min(window, NO_WINDOW), softCap: softCap ?? 0 };
}

/**
 * Refuses a cap that bounds nothing.
 *
 * @param op Public name of the op.
 * @param softCap The cap.
 * @throws {RangeError} If it is no positive number.
 */
export function checkSoftCap(op: string, softCap: number): void {
  if (softCap > 0 && softCap < Infinity) return;
  throw new RangeError(`Cannot run ${op} as softCap must be a positive number: got ${softCap}`);
}
