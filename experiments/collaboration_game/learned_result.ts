/**
 * Players that learn the collaboration game, beside backward induction.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import type { ProgressReporter, RowOf, Table } from "../../lib/tracking/mod.ts";
import { type GameSize, sampleQuestions } from "./game.ts";
import { learn, type LearningOrder } from "./learn.ts";
import { solveAgainst, solveJoint } from "./solve.ts";

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** A game that players learn. */
interface LearnedCase extends GameSize {
  /** π; absent = both learn. */
  readonly partner?: number;
  readonly tau: number;
  readonly order: LearningOrder;
  readonly numQuestions: number;
}

const ORDER_NAMES: Readonly<Record<LearningOrder, string>> = {
  last_turn_first: "last turn first",
  all_states: "all states at once",
  first_turn: "whole games",
};

const joint = { tau: 0.1, order: "last_turn_first", numQuestions: 40 } as const;
const single = { ...joint, partner: 0.6, tau: 0.05 } as const;
const long = { ...joint, numTurns: 10, threshold: 7, numQuestions: 10 } as const;
/** The games of the table of learners. */
const CASES: readonly LearnedCase[] = [
  { ...single, numTurns: 2, threshold: 1 },
  { ...single, numTurns: 4, threshold: 2 },
  { ...joint, numTurns: 2, threshold: 1 },
  { ...joint, numTurns: 4, threshold: 3 },
  { ...joint, numTurns: 4, threshold: 2 },
  long,
  { ...long, order: "all_states" },
  { ...long, order: "first_turn" },
];

const share = { type: "float", unit: "probability in [0, 1]" } as const;

/** Columns of the frame of learners: one row per game. */
export const learnersColumns = {
  partner: { ...share, meaning: "π of a fixed partner; empty where both learn", nullable: true },
  tau: { type: "float", unit: "reward per nat", meaning: "weight of the entropy" },
  order: { type: "text", unit: "", meaning: "which turns are learned first" },
  numTurns: { type: "int", unit: "turns", meaning: "T" },
  threshold: { type: "int", unit: "turns", meaning: "C" },
  numQuestions: { type: "int", unit: "questions", meaning: "on how many it was learned" },
  exact: {
    ...share,
    meaning: "mean probability of a0 at turn 1 by backward induction, with the same τ",
  },
  learned: { ...share, meaning: "that of the players" },
  distance: { ...share, meaning: "mean over questions of how far the two are apart" },
  agree: { ...share, meaning: "questions on which both are on the same side of ½" },
} as const;

/** How well players learned a game. */
export type LearnedRow = RowOf<typeof learnersColumns>;

/** Options of {@linkcode learnCases}. */
export interface LearnCasesOptions {
  /** Games of more turns are left out; default none. */
  readonly mostTurns?: number;
  /** Shows how far it is; default: nothing does. */
  readonly progress?: ProgressReporter;
}

/**
 * Lets players learn, and compares their first turn with backward induction on the same questions.
 *
 * @param random Draws the questions and all games.
 * @param options Which games, and what shows how far it is.
 * @returns One row per game, the same whether others are left out or not.
 */
export function learnCases(random: Random, options: LearnCasesOptions = {}): LearnedRow[] {
  const { mostTurns = Infinity, progress } = options;
  const learned = [...CASES.entries()].filter(([, { numTurns }]) => numTurns <= mostTurns);
  // A game takes as long as it has turns to learn.
  const total = learned.reduce((sum, [, one]) => sum + one.numTurns * one.numQuestions, 0);
  using task = progress?.task("learning", { total, unit: "turns" });
  return learned.map(([index, one]) => {
    const questions = sampleQuestions(random.split("questions"), one.numQuestions);
    const pairs = questions.map((question, i) => {
      const { partner, tau, numTurns, threshold } = one;
      const solution = partner === undefined
        ? solveJoint(question, one, tau)
        : solveAgainst(question, one, { partner, tau });
      const players = learn(question, one, random.split("game", index, i));
      task?.advance(numTurns);
      return {
        exact: solution.at(numTurns, threshold),
        learned: meanOf(players.map((policy) => policy[0]!)),
      };
    });
    return {
      ...one,
      partner: one.partner ?? null,
      order: ORDER_NAMES[one.order],
      exact: meanOf(pairs.map(({ exact }) => exact)),
      learned: meanOf(pairs.map(({ learned }) => learned)),
      distance: meanOf(pairs.map(({ exact, learned }) => Math.abs(exact - learned))),
      agree: meanOf(pairs.map(({ exact, learned }) => Number(exact > 0.5 === learned > 0.5))),
    };
  });
}

/**
 * The learners as a table.
 *
 * @param rows One per game.
 * @returns The table.
 */
export function learnersTable(rows: readonly LearnedRow[]): Table {
  return {
    title:
      "Mean probability of collaborating at turn 1, by policy gradient and by backward induction",
    columns: [
      { title: "who learns" },
      { title: "what first" },
      { title: "T" },
      { title: "C" },
      { title: "questions" },
      { title: "exact", digits: 3 },
      { title: "learned", digits: 3 },
      { title: "mean distance", digits: 3 },
      { title: "same side of ½", digits: 3 },
    ],
    rows: rows.map((row) => [
      row.partner === null ? `both, τ = ${row.tau}` : `one, π = ${row.partner}, τ = ${row.tau}`,
      row.order,
      String(row.numTurns),
      String(row.threshold),
      String(row.numQuestions),
      row.exact,
      row.learned,
      row.distance,
      row.agree,
    ]),
  };
}
