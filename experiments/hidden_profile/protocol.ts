import {
  annotationsOfRow,
  type ArmRun,
  type EvaluatedRow,
  type ResultValue,
} from "../../lib/tracking/mod.ts";

/**
 * What a script would reach by which everybody tells and then solves: in the discussions off the shelf, where both
 * are drawn at random, the answers of agents who happened to follow it among others who did.
 *
 * @param runs Runs with discussions off the shelf.
 * @returns Their accuracy and number.
 */
export function protocolValues(runs: readonly ArmRun[]): Readonly<Record<string, ResultValue>> {
  const followed = runs.filter(({ arm }) => arm === "influence-aware")
    .flatMap(({ evaluations }) => {
      const untrained = evaluations.filter(({ update }) => update === 0);
      return [...Map.groupBy(untrained, ({ questionId }) => questionId).values()]
        .flatMap((answers) => answersByScript(answers));
    });
  const right = followed.filter(({ correct }) => correct).length;
  return {
    protocol: {
      value: followed.length === 0 ? 0 : right / followed.length,
      digits: 3,
      meaning: "accuracy of untrained agents who solve after all have told",
    },
    protocolAnswers: {
      value: followed.length,
      digits: 0,
      meaning: "such answers",
    },
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
