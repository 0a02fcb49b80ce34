import type { Random } from "../../core/mod.ts";

/** Chances of the four verdict bands from best to worst for a right answer; mirrored for a wrong one. */
const BAND_CHANCES = [0.7, 0.15, 0.1, 0.05];
/** A score inside each band. */
const BAND_SCORES = [0.9, 0.7, 0.45, 0.15];

/**
 * A verifier score as an imperfect verifier might give it.
 *
 * @param correct Whether the answer is right.
 * @param random Draws the band: a right answer is in the best one with chance 0.7.
 * @returns A score in [0, 1].
 */
export function simulatedScore(correct: boolean, random: Random): number {
  let rest = random.uniform();
  let band = 0;
  while (band < BAND_CHANCES.length - 1 && rest >= BAND_CHANCES[band]!) {
    rest -= BAND_CHANCES[band++]!;
  }
  return BAND_SCORES[correct ? band : BAND_SCORES.length - 1 - band]!;
}
