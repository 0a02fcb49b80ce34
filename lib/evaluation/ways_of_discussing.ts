import { turnValues } from "./accuracy.ts";
import { answersByQuestion } from "./answers_by_question.ts";
import { type CostedAnswer, costOfOneSeat, costPerQuestion } from "./answer_costs.ts";
import { bestOfNCredit } from "./best_of_n.ts";
import {
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
} from "./evaluation_table.ts";
import { oracleCredit } from "./oracle_best_of_n.ts";
import type { VoteOptions } from "./vote.ts";
import type { WayOfAnswering } from "./way_of_answering.ts";

/** How {@linkcode waysOfDiscussing} names and counts. */
export interface WaysOfDiscussingOptions
  extends VoteOptions, EvaluationTableOptions, Pick<WayOfAnswering, "model" | "kind"> {
  /** What the agents do, such as `discussion`. */
  readonly what: string;
  /** Whether agents read each other; false: each does it alone, and its mean costs what one of them costs. */
  readonly readsOthers: boolean;
}

/** Answers that somebody chooses: how, and the credit by question. */
interface ChosenAnswers extends Pick<WayOfAnswering, "way">, Partial<Pick<WayOfAnswering, "kind">> {
  readonly values: readonly (number | null)[];
}

/**
 * What comes out of several turns: the mean of the last one and, where there are several agents, its vote and
 * the answer that the verifier scores best, of the last turn and of all. If they read each other, also what an
 * oracle would choose of all turns: more than that no way of choosing gets out of what was said.
 *
 * @param rows All answers.
 * @param options Names, and how votes and discussions that stopped early count.
 * @returns One way each.
 * @throws {RangeError} If there is no row, or an answer is missing or given twice.
 */
export function waysOfDiscussing(
  rows: readonly CostedAnswer[],
  options: WaysOfDiscussingOptions,
): WayOfAnswering[] {
  const { model, kind, what, readsOthers } = options;
  const table = evaluationTable(rows, options);
  const { numTurns, numAgents } = table;
  const last = { ...options, turn: numTurns - 1 };
  const numAnswers = rows.length / table.questions.length;
  const whole = { model, kind, numAnswers, cost: costPerQuestion(rows) };
  const alone = { ...whole, numAnswers: numAnswers / numAgents, cost: costOfOneSeat(rows) };
  const turn = numTurns === 1 ? "" : ", last turn";
  const mean = turnValues(table, "meanAccuracy", last);
  const means = {
    ...(readsOthers ? whole : alone),
    way: `${what}${turn}: mean of the agents`,
    credits: byQuestion(table, mean),
  };
  if (numAgents === 1) return [means];
  const best = table.rowsQTA.map((rowsTA) => bestOf(rowsTA[last.turn]));
  const chosen: ChosenAnswers[] = [
    { way: `${what}${turn}: vote`, values: turnValues(table, "vote", last) },
    { way: `${what}${turn}: best by the verifier`, values: best },
  ];
  if (numTurns > 1) {
    const { answersQN } = answersByQuestion(rows);
    const all = `${what}, all turns: best by`;
    chosen.push({ way: `${all} the verifier`, values: answersQN.map(bestOf) });
    if (readsOthers) {
      chosen.push({
        way: `${all} an oracle (ceiling)`,
        kind: "ceiling",
        values: answersQN.map(oracleCredit),
      });
    }
  }
  return [
    means,
    ...chosen.map(({ values, ...named }) => ({
      ...whole,
      ...named,
      credits: byQuestion(table, values),
    })),
  ];
}

/** A discussion that is left out of the last turn has no answers there. */
function bestOf(rows: readonly CostedAnswer[] | undefined): number | null {
  return rows === undefined ? null : bestOfNCredit(rows);
}

function byQuestion(
  { questions }: EvaluationTable,
  values: readonly (number | null)[],
): WayOfAnswering["credits"] {
  return new Map(questions.map((question, q) => [question, values[q]!]));
}
