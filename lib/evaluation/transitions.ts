import { turnValues } from "./accuracy.ts";
import type { EvaluationTable } from "./evaluation_table.ts";
import type { VoteOptions } from "./vote.ts";

/** Shares of right (R) and wrong (W) before → after; they sum to 1 (MAPoRL Figures 3 and 4). */
export interface Transitions {
  /** Right before and after. */
  readonly rightRight: number;
  /** Wrong before, right after. */
  readonly wrongRight: number;
  /** Right before, wrong after. */
  readonly rightWrong: number;
  /** Wrong before and after. */
  readonly wrongWrong: number;
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
 * Transitions of the voted answer between two turns.
 *
 * Credits p before and q after are split so that nothing moves without need: min(p, q) stays right,
 * 1 − max(p, q) stays wrong, and the difference is what changed. A tie that stays a tie is no change.
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
  checkPair(table, pair);
  const before = turnValues(table, "vote", { ...options, turn: pair.from });
  const after = turnValues(table, "vote", { ...options, turn: pair.to });
  const cases = before.flatMap((p, question): [number, number][] => {
    const q = after[question] ?? null;
    return p === null || q === null ? [] : [[p, q]];
  });
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

function transitionsOf(cases: readonly (readonly [number, number])[]): Transitions | null {
  if (cases.length === 0) return null;
  let rightRight = 0;
  let wrongRight = 0;
  let rightWrong = 0;
  let wrongWrong = 0;
  for (const [p, q] of cases) {
    rightRight += Math.min(p, q);
    wrongRight += Math.max(q - p, 0);
    rightWrong += Math.max(p - q, 0);
    wrongWrong += 1 - Math.max(p, q);
  }
  const count = cases.length;
  return {
    rightRight: rightRight / count,
    wrongRight: wrongRight / count,
    rightWrong: rightWrong / count,
    wrongWrong: wrongWrong / count,
    netImproved: (wrongRight - rightWrong) / count,
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
