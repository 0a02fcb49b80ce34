/**
 * Smallest scores of the four bands, best first, by which a score is put into words; the thresholds are
 * those of MAPoRL's released code.
 */
export const VERDICT_BANDS: readonly number[] = [0.8, 0.6, 0.3, -Infinity];

/**
 * The band of a score.
 *
 * @param score Verifier score in [0, 1], before penalties.
 * @returns Index into {@link VERDICT_BANDS}: 0 is best.
 */
export function verdictRank(score: number): number {
  return VERDICT_BANDS.findIndex((from) => score >= from);
}
