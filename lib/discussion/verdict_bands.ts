/** A band of verifier scores. */
export interface VerdictBand {
  /** The band's word in the small world, from best to worst: its index is its rank. */
  readonly word: "right" | "plausible" | "doubtful" | "wrong";
  /** Smallest score of the band, in [0, 1]. */
  readonly from: number;
}

/** The four bands of the feedback text, best first (spec §5.3, ppov2:1420-1432). */
export const VERDICT_BANDS: readonly VerdictBand[] = [
  { word: "right", from: 0.8 },
  { word: "plausible", from: 0.6 },
  { word: "doubtful", from: 0.3 },
  { word: "wrong", from: -Infinity },
];

/**
 * The band of a score.
 *
 * @param score Verifier score in [0, 1], before penalties.
 * @returns Index into {@link VERDICT_BANDS}: 0 is best.
 */
export function verdictRank(score: number): number {
  return VERDICT_BANDS.findIndex(({ from }) => score >= from);
}
