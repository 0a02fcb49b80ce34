import { type CostedAnswer, costOfOneSeat } from "./answer_costs.ts";
import type { WayOfAnswering } from "./way_of_answering.ts";

/**
 * A single answer, as the mean over all that were sampled.
 *
 * @param rows First answers of one seat or several.
 * @param names Who answers, and how.
 * @returns The way; it costs a prompt and an answer.
 */
export function wayOfOneAnswer(
  rows: readonly CostedAnswer[],
  names: Pick<WayOfAnswering, "model" | "way">,
): WayOfAnswering {
  const byQuestion = Map.groupBy(rows, ({ question }) => question);
  const rightShare = (answers: readonly CostedAnswer[]) =>
    answers.filter(({ correct }) => correct).length / answers.length;
  return {
    ...names,
    kind: "baseline",
    credits: new Map([...byQuestion].map(([question, answers]) => [question, rightShare(answers)])),
    numAnswers: 1,
    cost: costOfOneSeat(rows),
  };
}
