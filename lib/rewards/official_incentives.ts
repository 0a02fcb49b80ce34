import type { Incentives } from "./incentives.ts";
import type { InfluenceCase, RevisionCase } from "./paper_incentives.ts";

/**
 * Bonus for revising the own answer as the released code pays it (utils_multi_unified.py:1612-1712).
 *
 * @param revision The revision; an undefined opinion is the dead zone of exactly one half.
 * @param weights The weights.
 * @returns The bonus.
 */
export function officialRevisionBonus(revision: RevisionCase, weights: Incentives): number {
  const { change, others } = revision;
  if (change === 0 || others === undefined) return 0;
  const endsWithOthers = (change > 0) === (others === 1);
  return change * (endsWithOthers ? weights.followOthers : weights.againstOthers);
}

/**
 * Bonus for moving the others as the released code pays it: with inverted signs (same lines).
 *
 * @param influence The own answer and the others' opinions; undefined is the dead zone.
 * @param weights The weights.
 * @returns The bonus.
 */
export function officialInfluenceBonus(influence: InfluenceCase, weights: Incentives): number {
  const { correct, others, othersNext } = influence;
  if (others === undefined || othersNext === undefined || others === othersNext) return 0;
  const joinedMe = othersNext === correct;
  return (others - othersNext) * (joinedMe ? weights.othersJoinedMe : weights.othersLeftMe);
}

/**
 * The released code marks absence by −1 and moves a bonus that lands there by accident out of the
 * way.
 *
 * @param bonus A bonus.
 * @returns −0.999 for exactly −1, else the bonus itself.
 */
export function nudgeOffSentinel(bonus: number): number {
  return bonus === -1 ? bonus + 0.001 : bonus;
}
