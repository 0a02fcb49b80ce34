import type { QuestionKey } from "./question_key.ts";

/** One answer of an evaluation. */
export interface EvaluationRow {
  /** Identifies the question; all rows of a question, and of others of its content, form one cluster of the intervals. */
  readonly question: QuestionKey;
  /** 0-based agent. */
  readonly agent: number;
  /** 0-based turn. */
  readonly turn: number;
  /** Extracted answer; null = invalid. */
  readonly answer: string | null;
  /** Gold answer of the question. */
  readonly gold: string;
  /** Whether the task's grader accepts the answer; an invalid answer is never correct. */
  readonly correct: boolean;
  /** Length of the response in tokens. */
  readonly length: number;
}

/**
 * Answers as Q discussions of T turns and A agents.
 *
 * @typeParam Row What is known of an answer.
 */
export interface EvaluationTable<Row extends EvaluationRow = EvaluationRow> {
  /** Identities of the questions, in the order of their first rows, shape [Q]. */
  readonly questions: readonly QuestionKey[];
  /** T, the turns planned. */
  readonly numTurns: number;
  /** A. */
  readonly numAgents: number;
  /** `rowsQTA[q][t][a]`; a discussion that is left out of later turns has fewer than T turns. */
  readonly rowsQTA: readonly (readonly (readonly Row[])[])[];
}

/** Options of {@link evaluationTable}. */
export interface EvaluationTableOptions {
  /**
   * A discussion that stopped early, at the turns that it did not hold: `"carry"`: its last answers
   * stand (default). `"leave_out"`: it does not count there, as in the released code.
   */
  readonly finished?: "carry" | "leave_out";
  /** Turns that the discussions were planned for; default the longest one held. */
  readonly numTurns?: number;
}

/**
 * Arranges rows, given in any order, by question, turn and agent.
 *
 * @typeParam Row What is known of an answer.
 * @param rows Every answer once: all agents of every turn held, turns without gaps.
 * @param options What happens to discussions that stopped early.
 * @returns The table.
 * @throws {RangeError} If there is no row, an answer is missing or given twice, or a discussion is
 * longer than `numTurns`.
 */
export function evaluationTable<Row extends EvaluationRow>(
  rows: readonly Row[],
  options: EvaluationTableOptions = {},
): EvaluationTable<Row> {
  const { finished = "carry" } = options;
  const discussions = new Map<QuestionKey, Row[][]>();
  let numAgents = 0;
  let longest = 0;
  for (const row of rows) {
    checkIndices(row);
    const turns = discussions.get(row.question) ?? [];
    discussions.set(row.question, turns);
    while (turns.length <= row.turn) turns.push([]);
    const answers = turns[row.turn]!;
    if (answers[row.agent] !== undefined) {
      throw new RangeError(
        `Cannot evaluate as every answer must be there once: question ${row.question}, turn ${row.turn}, agent ${row.agent} is there twice`,
      );
    }
    answers[row.agent] = row;
    numAgents = Math.max(numAgents, row.agent + 1);
    longest = Math.max(longest, row.turn + 1);
  }
  if (longest === 0) {
    throw new RangeError("Cannot evaluate as at least 1 answer is needed: there are 0 rows");
  }
  const { numTurns = longest } = options;
  if (!Number.isInteger(numTurns) || numTurns < longest) {
    throw new RangeError(
      `Cannot evaluate discussions of ${longest} turns as ones of numTurns turns: current value is ${numTurns}`,
    );
  }
  const rowsQTA = [...discussions].map(([question, turns]) => {
    for (const [turn, answers] of turns.entries()) {
      for (let agent = 0; agent < numAgents; agent++) {
        if (answers[agent] === undefined) {
          throw new RangeError(
            `Cannot evaluate as every turn held needs all ${numAgents} agents: question ${question}, turn ${turn} lacks agent ${agent}`,
          );
        }
      }
    }
    const last = turns[turns.length - 1]!;
    const missing = finished === "carry" ? numTurns - turns.length : 0;
    return [...turns, ...Array.from({ length: missing }, () => last)];
  });
  return { questions: [...discussions.keys()], numTurns, numAgents, rowsQTA };
}

function checkIndices({ question, agent, turn }: EvaluationRow): void {
  for (const [name, value] of Object.entries({ agent, turn })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(
        `Cannot evaluate as ${name} must be an integer of at least 0: question ${question} has ${value}`,
      );
    }
  }
}
