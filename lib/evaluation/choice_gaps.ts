import { bestOfNCredit, type ScoredAnswer } from "./best_of_n.ts";
import type { EvaluationRow, EvaluationTable } from "./evaluation_table.ts";
import { oracleCredit } from "./oracle_best_of_n.ts";
import { voteCredit, type VoteOptions } from "./vote.ts";

/** What ways of choosing among the agents' answers leave undone at one turn. */
export interface ChoiceGaps {
  /** Discussions that count at this turn. */
  readonly count: number;
  /** Mean credit of the majority vote. */
  readonly vote: number;
  /** Mean credit of the answer that its verifier scores best. */
  readonly best: number;
  /** Share of questions that some agent has right: no way of choosing does better. */
  readonly oracle: number;
  /** oracle − vote, at least 0. */
  readonly voteGap: number;
  /** oracle − best, at least 0. */
  readonly bestGap: number;
}

/**
 * How far votes and verifiers stay below an oracle that chooses among the same answers, by turn.
 *
 * @param table The answers with their scores.
 * @param options How votes are counted.
 * @returns Shape [T]; null where no discussion counts.
 */
export function choiceGaps(
  { rowsQTA, numTurns }: EvaluationTable<EvaluationRow & ScoredAnswer>,
  options: VoteOptions = {},
): (ChoiceGaps | null)[] {
  return Array.from({ length: numTurns }, (_, turn) => {
    const held = rowsQTA.flatMap((rowsTA) => rowsTA[turn] === undefined ? [] : [rowsTA[turn]]);
    if (held.length === 0) return null;
    const mean = (credit: (rows: readonly ScoredAnswer[]) => number) =>
      held.reduce((sum, rows) => sum + credit(rows), 0) / held.length;
    const vote = mean((rows) => voteCredit(rows, options));
    const best = mean(bestOfNCredit);
    const oracle = mean(oracleCredit);
    return {
      count: held.length,
      vote,
      best,
      oracle,
      voteGap: oracle - vote,
      bestGap: oracle - best,
    };
  });
}
