import { type MovedAnswer, moveOf } from "./moves.ts";
import type { ViewedRow } from "../viewed_columns.ts";

/** What can be true of a discussion. */
export interface Outcome {
  /** Its name in addresses. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** When it is true. */
  readonly meaning: string;
}

/** What outcomes are read from. */
export type JudgedAnswer = MovedAnswer & Pick<ViewedRow, "penalties">;

type AnswersTA = readonly (readonly JudgedAnswer[])[];

const isPersuaded = (how: "rightly" | "wrongly") => (answersTA: AnswersTA) =>
  someAnswer(answersTA, (turn, agent) => moveOf(answersTA, turn, agent).persuaded === how);

const turns = (before: boolean, after: boolean) => (answersTA: AnswersTA) =>
  someAnswer(
    answersTA,
    (turn, agent) =>
      turn > 0 && answersTA[turn - 1]![agent]!.correct === before &&
      answersTA[turn]![agent]!.correct === after,
  );

const endRight = (answersTA: AnswersTA) =>
  answersTA.at(-1)!.filter(({ correct }) => correct).length / answersTA.at(-1)!.length;

/** All outcomes; each has a bit of its own, in this order. */
const RULES: readonly (Outcome & { readonly isOf: (answersTA: AnswersTA) => boolean })[] = [
  {
    name: "wrong_right",
    title: "wrong → right",
    meaning: "an agent is wrong at one turn and right at the next",
    isOf: turns(false, true),
  },
  {
    name: "right_wrong",
    title: "right → wrong",
    meaning: "an agent is right at one turn and wrong at the next",
    isOf: turns(true, false),
  },
  {
    name: "persuaded_rightly",
    title: "persuaded rightly",
    meaning: "an agent changes to an answer that another gave the turn before, and that is right",
    isOf: isPersuaded("rightly"),
  },
  {
    name: "persuaded_wrongly",
    title: "persuaded wrongly",
    meaning: "an agent changes to an answer that another gave the turn before, and that is wrong",
    isOf: isPersuaded("wrongly"),
  },
  {
    name: "end_right",
    title: "all right at the end",
    meaning: "every agent is right at the last turn",
    isOf: (answersTA) => endRight(answersTA) === 1,
  },
  {
    name: "end_split",
    title: "some right at the end",
    meaning: "some agents are right and some are wrong at the last turn",
    isOf: (answersTA) => endRight(answersTA) > 0 && endRight(answersTA) < 1,
  },
  {
    name: "end_wrong",
    title: "none right at the end",
    meaning: "no agent is right at the last turn",
    isOf: (answersTA) => endRight(answersTA) === 0,
  },
  {
    name: "penalised",
    title: "penalised",
    meaning: "an answer of training was penalised",
    isOf: (answersTA) => answersTA.flat().some(({ penalties }) => (penalties ?? "") !== ""),
  },
];

/** What can be true of a discussion, in the order of its bits. */
export const OUTCOMES: readonly Outcome[] = RULES;

/**
 * What is true of a discussion.
 *
 * @param answersTA Shape [T][A], its answers.
 * @returns One bit per entry of {@linkcode OUTCOMES}, the first is the lowest.
 */
export function outcomesOf(answersTA: AnswersTA): number {
  return RULES.reduce((bits, { isOf }, i) => isOf(answersTA) ? bits | 1 << i : bits, 0);
}

/**
 * The bits of some outcomes.
 *
 * @param names Their names; others are left out.
 * @returns The bits.
 */
export function outcomeBits(names: readonly string[]): number {
  return OUTCOMES.reduce((bits, { name }, i) => names.includes(name) ? bits | 1 << i : bits, 0);
}

function someAnswer(
  answersTA: AnswersTA,
  test: (turn: number, agent: number) => boolean,
): boolean {
  return answersTA.some((answers, turn) => answers.some((_, agent) => test(turn, agent)));
}
