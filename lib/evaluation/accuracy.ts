import type { EvaluationRow, EvaluationTable } from "./evaluation_table.ts";
import { voteCredit, type VoteOptions } from "./vote.ts";

/** What is measured of a question at a turn. */
export type TurnMetric = "meanAccuracy" | "vote" | "passAtA" | "invalidRate" | "meanLength";

/** All metrics, in the order of tables. Lengths are in tokens, the others in [0, 1]. */
export const TURN_METRICS: readonly TurnMetric[] = [
  "meanAccuracy",
  "vote",
  "passAtA",
  "invalidRate",
  "meanLength",
];

/**
 * One metric of every question at one turn.
 *
 * - `meanAccuracy`: share of agents that are right.
 * - `vote`: credit of the majority vote. In official mode an evaluation of a single turn takes the
 *   first agent's answer instead, as the released code does (utils_cooperateLLM.py:287-422).
 * - `passAtA`: 1 if any agent is right.
 * - `invalidRate`: share of agents without a valid answer.
 * - `meanLength`: mean length of the responses, tokens.
 *
 * @param table The answers.
 * @param metric What to measure.
 * @param options 0-based turn, and how votes are counted.
 * @returns Shape [Q]; null where a discussion does not count at this turn.
 * @throws {RangeError} If there is no such turn.
 */
export function turnValues(
  table: EvaluationTable,
  metric: TurnMetric,
  options: VoteOptions & { readonly turn: number },
): (number | null)[] {
  const { turn, compat = "paper" } = options;
  if (!Number.isInteger(turn) || turn < 0 || turn >= table.numTurns) {
    throw new RangeError(
      `Cannot measure turn ${turn} as a turn of [0, ${table.numTurns}): it is outside`,
    );
  }
  const isFirstAgentVote = compat === "official" && table.numTurns === 1;
  return table.rowsQTA.map((rowsTA) => {
    const rows = rowsTA[turn];
    if (rows === undefined) return null;
    switch (metric) {
      case "meanAccuracy":
        return mean(rows, (row) => row.correct ? 1 : 0);
      case "vote":
        return isFirstAgentVote ? (rows[0]!.correct ? 1 : 0) : voteCredit(rows, { compat });
      case "passAtA":
        return rows.some((row) => row.correct) ? 1 : 0;
      case "invalidRate":
        return mean(rows, (row) => row.answer === null ? 1 : 0);
      case "meanLength":
        return mean(rows, (row) => row.length);
    }
  });
}

/**
 * Share of right answers of every agent at every turn.
 *
 * @param table The answers.
 * @returns Shape [T, A]; null where no discussion counts.
 */
export function accuracyByAgent(table: EvaluationTable): (number | null)[][] {
  return Array.from({ length: table.numTurns }, (_, turn) => {
    const heldQA = table.rowsQTA.flatMap((rowsTA) =>
      rowsTA[turn] === undefined ? [] : [rowsTA[turn]]
    );
    return Array.from(
      { length: table.numAgents },
      (_, agent) =>
        heldQA.length === 0
          ? null
          : heldQA.filter((rows) => rows[agent]!.correct).length / heldQA.length,
    );
  });
}

function mean(rows: readonly EvaluationRow[], value: (row: EvaluationRow) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
}
