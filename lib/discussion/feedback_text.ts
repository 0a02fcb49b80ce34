import { verdictRank } from "./verdict_bands.ts";

/** What each verdict band means, best first. */
const MEANINGS: readonly string[] = [
  "it is very probably correct",
  "it looks correct, but check it again: there is room for improvement",
  "it may be wrong, or its reasoning needs stronger arguments",
  "it is very probably wrong",
];

/**
 * The feedback line on one solution: the score before penalties, with three decimals, and
 * what its band means.
 *
 * @param score Verifier score in [0, 1].
 * @param whose `"your"`, or the owner in the possessive: `"agent 2's"`.
 * @returns One line.
 *
 * @example
 * ```ts
 * import { feedbackText } from "./feedback_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   feedbackText(0.154, "agent 1's"),
 *   "Verifier's reward for agent 1's solution: 0.154 out of 1.0, which means it is very probably wrong.",
 * );
 * ```
 */
export function feedbackText(score: number, whose: string): string {
  const meaning = MEANINGS[verdictRank(score)];
  return `Verifier's reward for ${whose} solution: ${
    score.toFixed(3)
  } out of 1.0, which means ${meaning}.`;
}
