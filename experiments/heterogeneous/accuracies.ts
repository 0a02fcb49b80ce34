import {
  bestOfNCredit,
  type CostedAnswer,
  evaluationTable,
  type QuestionValues,
  type SeedValues,
  voteCredit,
} from "../../lib/evaluation/mod.ts";
import { type ArmRun, costedAnswers, firstAndLast } from "../../lib/tracking/mod.ts";

/** Whether an arm's models are asked before training or after it. */
export type When = "before" | "after";

/**
 * How right the answers of all agents at one turn are.
 *
 * @param answers One per agent.
 * @returns In [0, 1].
 */
export type CreditOf = (answers: readonly CostedAnswer[]) => number;

/**
 * The answer of one agent.
 *
 * @param seat Where it sits, from 0.
 * @returns Whether it is right.
 */
export function ofSeat(seat: number): CreditOf {
  return (answers) => Number(answers[seat]!.correct);
}

/**
 * The mean of all agents.
 *
 * @param answers One per agent.
 * @returns The share of right ones.
 */
export function meanOfSeats(answers: readonly CostedAnswer[]): number {
  return answers.filter(({ correct }) => correct).length / answers.length;
}

/** The agents' vote; of two that differ each counts by half. */
export const byVote: CreditOf = (answers) => voteCredit(answers);

/** The answer that its own verifier scores higher. */
export const byVerifiers: CreditOf = (answers) => bestOfNCredit(answers);

/**
 * Measures the answers of an arm at one turn.
 *
 * @param runs Runs of some or all arms.
 * @param arm The arm.
 * @param place When, at which turn from 0 (default the last), and what.
 * @returns Values by seed and question; without seeds where the arm was not run.
 */
export function accuraciesOf(
  runs: readonly ArmRun[],
  arm: string,
  { when, turn, credit }: {
    readonly when: When;
    readonly turn?: number;
    readonly credit: CreditOf;
  },
): SeedValues {
  const ofArm = runs.filter((run) => run.arm === arm);
  return new Map(ofArm.map(({ seed, evaluations, counting = {} }): [number, QuestionValues] => {
    const models = [...Map.groupBy(firstAndLast(evaluations), ({ model }) => model).values()];
    const answers = costedAnswers(models.at(when === "before" ? 0 : -1)!);
    const { questions, rowsQTA, numTurns } = evaluationTable(answers, counting);
    const values = rowsQTA.map((rowsTA) => {
      const rows = rowsTA[turn ?? numTurns - 1];
      return rows === undefined ? null : credit(rows);
    });
    return [seed, new Map(questions.map((question, q) => [question, values[q]!]))];
  }));
}

/**
 * The mean of two measurements of the same questions.
 *
 * @param one Values by seed and question.
 * @param other The others.
 * @returns Values of the seeds that both have; null where one of them does not count.
 */
export function meanOfTwo(one: SeedValues, other: SeedValues): SeedValues {
  return new Map([...one].flatMap(([seed, values]): [number, QuestionValues][] => {
    const others = other.get(seed);
    if (others === undefined) return [];
    const mean = [...values].map(([question, value]) => {
      const second = others.get(question) ?? null;
      return [question, value === null || second === null ? null : (value + second) / 2] as const;
    });
    return [[seed, new Map(mean)]];
  }));
}
