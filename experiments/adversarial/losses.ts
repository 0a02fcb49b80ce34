/**
 * Who meets whom, and what the two honest agents reach then.
 *
 * @module
 */
import type { SeedValues } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  type DiscussionSeries,
  discussionSeries,
  seedValuesOf,
} from "../../lib/tracking/mod.ts";

/** The partner that was trained to be wrong. */
export const CONFIDENTLY_WRONG = "confidently wrong";
/** The partners that are not honest. */
export const PARTNERS: readonly string[] = [
  "stubborn",
  "sycophantic",
  "misleading",
  "falsely scored",
  CONFIDENTLY_WRONG,
];
/** The arm that trains beside an ordinary partner: the base model. */
export const HONEST = "trained with an honest one";
/** The partner there. */
export const ORDINARY = "honest";

/** What the two others have learnt. */
export const STATES = ["off the shelf", "trained", "trained with such"] as const;
/** One of these. */
export type State = (typeof STATES)[number];

/**
 * The arm in which two learn beside a partner.
 *
 * @param partner The partner.
 * @returns Its name.
 */
export function learntWith(partner: string): string {
  return `trained with a ${partner} one`;
}

/**
 * The arm in which those that were trained beside an honest partner meet another.
 *
 * @param partner The partner.
 * @returns Its name.
 */
export function besideTrained(partner: string): string {
  return `meeting a ${partner} one`;
}

const nameOf = (state: State, partner: string) => `${state}: ${partner}`;

/** The discussions of all states beside all partners; an arm that trains has measured who learns before, too. */
function meetings(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, ({ arm }, model) => {
    const isUntrained = model === "off-the-shelf";
    if (arm === HONEST) return nameOf(isUntrained ? "off the shelf" : "trained", ORDINARY);
    const partner = PARTNERS.find((one) => arm === learntWith(one) || arm === besideTrained(one));
    if (partner === undefined) return undefined;
    if (arm === besideTrained(partner)) return nameOf("trained", partner);
    return nameOf(isUntrained ? "off the shelf" : "trained with such", partner);
  });
}

/** The seats of the two that are measured, and of their partner. */
export const OTHERS: readonly number[] = [0, 1];
/** That of the partner. */
export const PARTNER: readonly number[] = [2];

/**
 * Share of right answers in the last turn, question by question.
 *
 * @param runs Runs of some or all arms.
 * @param seats Whose answers count.
 * @returns Gives the values of a state beside a partner; undefined where no run has them.
 */
export function valuesOf(
  runs: readonly ArmRun[],
  seats: readonly number[],
): (state: State, partner: string) => SeedValues | undefined {
  const series = meetings(runs);
  return (state, partner) => {
    const found = series.find(({ name }) => name === nameOf(state, partner));
    return found && seedValuesOf(found, ({ rowsQTA, numTurns }) =>
      rowsQTA.map((rowsTA) => {
        const rows = rowsTA[numTurns - 1];
        return rows === undefined
          ? null
          : seats.filter((seat) => rows[seat]!.correct).length / seats.length;
      }));
  };
}
