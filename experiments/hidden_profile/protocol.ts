import {
  annotationsOfRow,
  type ArmRun,
  type EvaluatedRow,
  type ResultValue,
} from "../../lib/tracking/mod.ts";
import { trainedAnswers } from "./trained_answers.ts";

/**
 * What trained agents reach where they do what the script says, by which everybody tells and then solves.
 *
 * @param runs Runs of all arms.
 * @returns Accuracies and numbers of answers.
 */
export function protocolValues(runs: readonly ArmRun[]): Readonly<Record<string, ResultValue>> {
  const valuesOf = (name: string, arm: string): Record<string, ResultValue> => {
    const followed = runs.filter((run) => run.arm === arm).flatMap((run) =>
      [...Map.groupBy(trainedAnswers(run), ({ questionId }) => questionId).values()]
        .flatMap((ofQuestion) => answersByScript(ofQuestion))
    );
    const right = followed.filter(({ correct }) => correct).length;
    return {
      [name]: {
        value: right / Math.max(1, followed.length),
        digits: 3,
        meaning: `accuracy of trained agents who solve after all have told (${arm})`,
      },
      [`${name}Answers`]: { value: followed.length, digits: 0, meaning: "such answers" },
    };
  };
  return {
    ...valuesOf("trainedProtocol", "influence-aware"),
    ...valuesOf("apartProtocol", "trained apart, put together"),
  };
}

/** The answers of one discussion that follow the script, if everybody has told. */
function answersByScript(answers: readonly EvaluatedRow[]): EvaluatedRow[] {
  const isOf = (row: EvaluatedRow, strategy: string) => annotationsOfRow(row).strategy === strategy;
  const first = answers.filter(({ turn }) => turn === 0);
  return first.every((row) => isOf(row, "tell"))
    ? answers.filter((row) => row.turn === 1 && isOf(row, "solve"))
    : [];
}
