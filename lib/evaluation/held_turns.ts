import type { EvaluationRow, EvaluationTable } from "./evaluation_table.ts";
import type { Vote } from "./vote.ts";

/**
 * What an agent holds, to be compared with what others hold: all right answers are one opinion, however
 * they are written, and wrong ones are told apart as text, as in a vote.
 *
 * @param answer The answer.
 * @returns The opinion; null for an invalid answer, which is none.
 */
export function opinionOf({ answer, correct }: Vote): string | null {
  if (answer === null) return null;
  return correct ? "right" : `wrong ${answer}`;
}

/** Two consecutive turns of one discussion, both held. */
export interface HeldTurns<Row extends EvaluationRow = EvaluationRow> {
  /** 0-based turn of `before`. */
  readonly turn: number;
  /** Answers of that turn, shape [A]. */
  readonly before: readonly Row[];
  /** Answers of the next turn, shape [A]. */
  readonly after: readonly Row[];
}

/** Which turns are looked at. */
export interface TurnChoice {
  /** 0-based turn t, of which the next one is the answer; default every turn that has a next one. */
  readonly turn?: number;
}

/**
 * Consecutive turns of all discussions. Turns that a discussion did not hold, where its last answers
 * stand, are left out: there nobody was asked again.
 *
 * @typeParam Row What is known of an answer.
 * @param table The answers.
 * @param choice One turn, or all.
 * @returns A pair for each discussion and turn.
 * @throws {RangeError} If `turn` has no next turn.
 */
export function heldTurns<Row extends EvaluationRow>(
  { rowsQTA, numTurns }: EvaluationTable<Row>,
  { turn: only }: TurnChoice = {},
): HeldTurns<Row>[] {
  if (only !== undefined && !(Number.isInteger(only) && only >= 0 && only < numTurns - 1)) {
    throw new RangeError(
      `Cannot compare turns as turn must have a next one, in [0, ${
        numTurns - 1
      }): current value is ${only}`,
    );
  }
  return rowsQTA.flatMap((rowsTA) =>
    rowsTA.slice(1).flatMap((after, turn) => {
      const isHeld = after.every((row) => row.turn === turn + 1);
      const isAsked = only === undefined || only === turn;
      return isHeld && isAsked ? [{ turn, before: rowsTA[turn]!, after }] : [];
    })
  );
}
