import fc from "fast-check";
import type { ScoredAnswer } from "../../lib/evaluation/mod.ts";
import { GOLD } from "./rows.ts";

/** Answers with scores; null = invalid, `GOLD` = right. */
export function scored(
  ...pairs: readonly (readonly [answer: string | null, score: number])[]
): ScoredAnswer[] {
  return pairs.map(([answer, score]) => ({ answer, score, correct: answer === GOLD }));
}

/** One to seven answers with few scores, so that ties are frequent. */
export const someScored = fc.array(
  fc.tuple(fc.constantFrom(GOLD, "2", "3", null), fc.constantFrom(0, .1, .2, .3, .6)),
  { minLength: 1, maxLength: 7 },
).map((pairs) => scored(...pairs));

/** All subsets of a size, by whether each item is in (bits of a counter). */
export function subsetsByBits<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from(
    { length: 2 ** items.length },
    (_, bits) => items.filter((_, i) => (bits >> i) & 1),
  ).filter((subset) => subset.length === size);
}
