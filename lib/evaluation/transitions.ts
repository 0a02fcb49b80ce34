import { turnValues } from "./accuracy.ts";
import type { EvaluationTable } from "./evaluation_table.ts";
import type { VoteOptions } from "./vote.ts";

/** Shares of right (R) and wrong (W) before → after; they sum to 1 (MAPoRL Figures 3 and 4). */
export interface Moves {
  /** Right before and after. */
  readonly rightRight: number;
  /** Wrong before, right after. */
  readonly wrongRight: number;
  /** Right before, wrong after. */
  readonly rightWrong: number;
  /** Wrong before and after. */
  readonly wrongWrong: number;
}

/** Means of moves over several cases. */
export interface Transitions extends Moves {
  /** wrongRight − rightWrong, the change of accuracy. */
  readonly netImproved: number;
  /** Number of cases behind the shares. */
  readonly count: number;
}

/** Transitions of voted answers, whose credit can be a fraction. */
export interface VoteTransitions extends Transitions {
  /** Share of questions whose credit rose (`change_ratio_improve` of the released code). */
  readonly improved: number;
  /** Share of questions whose credit fell. */
  readonly declined: number;
  /** Share of questions whose credit stayed. */
  readonly unchanged: number;
}

/** Two turns to compare. */
export interface TurnPair {
  /** 0-based turn before. */
  readonly from: number;
  /** 0-based turn after. */
  readonly to: number;
}

/**
 * Transitions of single answers between two turns.
 *
 * @param table The answers.
 * @param pair The turns.
 * @returns Transitions of each agent, shape [A], and of all answers together; null without any
 * discussion that counts at both turns.
 * @throws {RangeError} If there is no such turn.
 */
export function answerTransitions(
  table: EvaluationTable,
  pair: TurnPair,
): { readonly byAgent: (Transitions | null)[]; readonly all: Transitions | null } {
  checkPair(table, pair);
  const casesA = Array.from(
    { length: table.numAgents },
    (_, agent) =>
      table.rowsQTA.flatMap((rowsTA): [number, number][] => {
        const before = rowsTA[pair.from]?.[agent];
        const after = rowsTA[pair.to]?.[agent];
        if (before === undefined || after === undefined) return [];
        return [[before.correct ? 1 : 0, after.correct ? 1 : 0]];
      }),
  );
  return { byAgent: casesA.map(transitionsOf), all: transitionsOf(casesA.flat()) };
}

/**
 * How the credit of each question's voted answer moves between two turns.
 *
 * Credits p before and q after are split so that nothing moves without need: min(p, q) stays right,
 * 1 − max(p, q) stays wrong, and the difference is what changed. A tie that stays a tie is no change.
 *
 * @param table The answers.
 * @param pair The turns.
 * @param options How votes are counted.
 * @returns Shape [Q]; null where a discussion does not count at both turns.
 * @throws {RangeError} If there is no such turn.
 */
export function voteMoves(
  table: EvaluationTable,
  pair: TurnPair,
  options: VoteOptions = {},
): (Moves | null)[] {
  return voteCases(table, pair, options).map((credits) => credits && moveOf(credits));
}

/**
 * Transitions of the voted answer between two turns: means of {@link voteMoves}.
 *
 * @param table The answers.
 * @param pair The turns.
 * @param options How votes are counted.
 * @returns The transitions; null without any discussion that counts at both turns.
 * @throws {RangeError} If there is no such turn.
 */
export function voteTransitions(
  table: EvaluationTable,
  pair: TurnPair,
  options: VoteOptions = {},
): VoteTransitions | null {
  const cases = voteCases(table, pair, options).filter((credits) => credits !== null);
  const shares = transitionsOf(cases);
  if (shares === null) return null;
  const shareOf = (test: (change: number) => boolean) =>
    cases.filter(([p, q]) => test(q - p)).length / cases.length;
  return {
    ...shares,
    improved: shareOf((change) => change > 0),
    declined: shareOf((change) => change < 0),
    unchanged: shareOf((change) => change === 0),
  };
}

/** A credit before and after. */
type Credits = readonly [before: number, after: number];

/** Shape [Q], credits of the votes; null where a discussion does not count at both turns. */
function voteCases(
  table: EvaluationTable,
  pair: TurnPair,
  options: VoteOptions,
): (Credits | null)[] {
  checkPair(table, pair);
  const before = turnValues(table, "vote", { ...options, turn: pair.from });
  const after = turnValues(table, "vote", { ...options, turn: pair.to });
  return before.map((p, question) => {
    const q = after[question] ?? null;
    return p === null || q === null ? null : [p, q];
  });
}

function moveOf([p, q]: Credits): Moves {
  return {
    rightRight: Math.min(p, q),
    wrongRight: Math.max(q - p, 0),
    rightWrong: Math.max(p - q, 0),
    wrongWrong: 1 - Math.max(p, q),
  };
}

function transitionsOf(cases: readonly Credits[]): Transitions | null {
  const count = cases.length;
  if (count === 0) return null;
  const moves = cases.map(moveOf);
  const mean = (name: keyof Moves) => moves.reduce((sum, move) => sum + move[name], 0) / count;
  const [wrongRight, rightWrong] = [mean("wrongRight"), mean("rightWrong")];
  return {
    rightRight: mean("rightRight"),
    wrongRight,
    rightWrong,
    wrongWrong: mean("wrongWrong"),
    netImproved: wrongRight - rightWrong,
    count,
  };
}

function checkPair(table: EvaluationTable, pair: TurnPair): void {
  for (const [name, turn] of Object.entries(pair)) {
    if (!Number.isInteger(turn) || turn < 0 || turn >= table.numTurns) {
      throw new RangeError(
        `Cannot compare turns as ${name} must be a turn of [0, ${table.numTurns}): current value is ${turn}`,
      );
    }
  }
}
