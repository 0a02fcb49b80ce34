/**
 * Checks a difficulty.
 *
 * @param difficulty A task's difficulty.
 * @returns The same.
 * @throws {RangeError} If it is not 1, 2 or 3.
 */
export function checkDifficulty(difficulty: number): 1 | 2 | 3 {
  if (difficulty !== 1 && difficulty !== 2 && difficulty !== 3) {
    throw new RangeError(
      `Cannot make the task as difficulty must be 1, 2 or 3: current value is ${difficulty}`,
    );
  }
  return difficulty;
}

/**
 * Checks a slip rate.
 *
 * @param slipRate Probability of a slip.
 * @returns The same.
 * @throws {RangeError} If it is not in [0, 1].
 */
export function checkSlipRate(slipRate: number): number {
  if (!(slipRate >= 0 && slipRate <= 1)) {
    throw new RangeError(
      `Cannot sample a solution as slipRate must be in [0, 1]: current value is ${slipRate}`,
    );
  }
  return slipRate;
}
