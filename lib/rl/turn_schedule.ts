/** Options of {@link turnsToTrain}. */
export interface TurnScheduleOptions {
  /** T, at least 2: turn 0 is never trained by this schedule. */
  readonly numTurns: number;
  /** Whether discussions may stop early on consensus; then all turns from 1 on are trained. */
  readonly stopsOnConsensus?: boolean;
  /** Updates that train turn 1 before the cycle starts (`update_initial_turn`). Default 20. */
  readonly initialUpdates?: number;
  /** Updates spent on each turn of the cycle (`turn_based_training_num`). Default 40. */
  readonly blockUpdates?: number;
}

/**
 * The turns that an update trains under turn-based training (`turn_based_training` of the released code).
 *
 * First turn 1, then blocks that go round T−1, T−2, …, 1. The other turns are played without
 * gradients.
 *
 * @param update Index of the update, from 0.
 * @param options Number of turns and lengths of the blocks.
 * @returns 0-based turns, ascending.
 * @throws {RangeError} If an argument is not an integer in its range.
 *
 * @example Three turns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { turnsToTrain } from "./turn_schedule.ts";
 *
 * assertEquals([0, 20, 60, 100].map((u) => turnsToTrain(u, { numTurns: 3 })), [[1], [2], [1], [2]]);
 * ```
 */
export function turnsToTrain(update: number, options: TurnScheduleOptions): number[] {
  const { numTurns, stopsOnConsensus = false, initialUpdates = 20, blockUpdates = 40 } = options;
  checkInteger(update, "update", 0);
  checkInteger(numTurns, "numTurns", 2);
  checkInteger(initialUpdates, "initialUpdates", 0);
  checkInteger(blockUpdates, "blockUpdates", 1);
  if (stopsOnConsensus) return Array.from({ length: numTurns - 1 }, (_, i) => i + 1);
  if (update < initialUpdates) return [1];
  const block = Math.floor((update - initialUpdates) / blockUpdates);
  return [numTurns - 1 - block % (numTurns - 1)];
}

function checkInteger(value: number, name: string, low: number): void {
  if (!Number.isInteger(value) || value < low) {
    throw new RangeError(
      `Cannot schedule turns as ${name} must be an integer of at least ${low}: current value is ${value}`,
    );
  }
}
