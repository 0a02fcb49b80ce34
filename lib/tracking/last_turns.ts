import type { EvaluationRow, QuestionKey } from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { answersByModel, firstAndLast } from "./evaluated_answers.ts";

/**
 * Answers of the last turn, as those of an only one, of the untrained model and of the most trained one.
 *
 * @param run A run; its seed becomes part of the questions' names, so that runs of several seeds can be pooled.
 * @returns The answers by model, the untrained one first; of a discussion that stopped early, those that it ended
 * with.
 */
export function lastTurns({ seed, evaluations }: ArmRun): EvaluationRow[][] {
  return Object.values(answersByModel(firstAndLast(evaluations))).map((answers) => {
    const lastOf = new Map<QuestionKey, number>();
    for (const { question, turn } of answers) {
      lastOf.set(question, Math.max(turn, lastOf.get(question) ?? 0));
    }
    return answers.filter(({ question, turn }) => turn === lastOf.get(question))
      .map((row) => ({ ...row, turn: 0, question: `${seed} ${row.question}` }));
  });
}
