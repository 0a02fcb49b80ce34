import type { Incentives } from "./incentives.ts";

/** One answer and the others around it, as Table 2 sees them. */
export interface InfluenceCase {
  /** Correctness of the own answer at t, 0 or 1. */
  readonly correct: number;
  /** How right the others are at t, in [0, 1]; undefined = no opinion. */
  readonly others: number | undefined;
  /** How right the others are at t+1, in [0, 1]; undefined = no opinion or no such turn. */
  readonly othersNext: number | undefined;
}

/** A revision of the own answer, as Table 1 sees it. */
export interface RevisionCase {
  /** Correctness at t+1 minus correctness at t: −1, 0 or 1. */
  readonly change: number;
  /** How right the others are at t, in [0, 1]; undefined = no opinion. */
  readonly others: number | undefined;
}

/**
 * Bonus for revising the own answer, MAPoRL Table 1.
 *
 * The table in closed form: change · α1 while the others are right, change · α0 while they are
 * wrong. An opinion of 0.5 (tie rule "half") is paid half of each.
 *
 * @param revision The revision.
 * @param weights The weights.
 * @returns The bonus, 0 without a change or an opinion.
 */
export function paperRevisionBonus(revision: RevisionCase, weights: Incentives): number {
  const { change, others } = revision;
  if (change === 0 || others === undefined) return 0;
  return change * (others * weights.followOthers + (1 - others) * weights.againstOthers);
}

/**
 * Bonus for moving the others, MAPoRL Table 2.
 *
 * The table in closed form: (opinion at t+1 − opinion at t) · β1 for a right own answer, · β0 for a
 * wrong one. From a half or to a half (tie rule "half") that is half the bonus.
 *
 * @param influence The own answer and the others' opinions.
 * @param weights The weights.
 * @returns The bonus, 0 if either opinion is missing or they agree.
 */
export function paperInfluenceBonus(influence: InfluenceCase, weights: Incentives): number {
  const { correct, others, othersNext } = influence;
  if (others === undefined || othersNext === undefined || others === othersNext) return 0;
  return (othersNext - others) * (correct === 1 ? weights.othersJoinedMe : weights.othersLeftMe);
}
