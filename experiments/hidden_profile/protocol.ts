import {
  annotationsOfRow,
  type ArmRun,
  type EvaluatedRow,
  firstAndLast,
  type ResultValue,
} from "../../lib/tracking/mod.ts";

/**
 * What a script would reach by which everybody tells and then solves: in the discussions off the shelf, where both
 * are drawn at random, the answers of agents who happened to follow it among others who did; and what trained agents
 * reach where they follow it.
 *
 * @param runs Runs of all arms.
 * @returns Accuracies and numbers of answers.
 */
export function protocolValues(runs: readonly ArmRun[]): Readonly<Record<string, ResultValue>> {
  const valuesOf = (name: string, arm: string, who: string): Record<string, ResultValue> => {
    const isUntrained = who === "untrained agents";
    const followed = runs.filter((run) => run.arm === arm).flatMap(({ evaluations }) => {
      const asked = firstAndLast(evaluations);
      const last = asked.reduce((most, { update }) => Math.max(most, update), 0);
      const model = asked.find(({ update }) => update === (isUntrained ? 0 : last))?.model;
      const answers = asked.filter((row) => row.model === model);
      return [...Map.groupBy(answers, ({ questionId }) => questionId).values()]
        .flatMap((ofQuestion) => answersByScript(ofQuestion));
    });
    const right = followed.filter(({ correct }) => correct).length;
    return {
      [name]: {
        value: right / Math.max(1, followed.length),
        digits: 3,
        meaning: `accuracy of ${who} who solve after all have told (${arm})`,
      },
      [`${name}Answers`]: { value: followed.length, digits: 0, meaning: "such answers" },
    };
  };
  return {
    ...valuesOf("protocol", "influence-aware", "untrained agents"),
    ...valuesOf("trainedProtocol", "influence-aware", "trained agents"),
    ...valuesOf("apartProtocol", "trained apart, put together", "trained agents"),
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
