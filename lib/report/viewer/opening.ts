import type { Discussion } from "./discussions.ts";
import { outcomeBits } from "./outcomes.ts";

/** What is worth seeing at first, the best first: all of its outcomes must be true. */
const PREFERRED = [["wrong_right", "end_right"], ["wrong_right"], ["right_wrong"]].map(outcomeBits);

/**
 * The discussion that stands open where nobody has chosen one: one in which answers change for the better if
 * there is any, else for the worse.
 *
 * @param found The discussions of the list.
 * @returns The first such one, else the first of all; undefined for an empty list.
 */
export function openingOf(found: readonly Discussion[]): Discussion | undefined {
  for (const bits of PREFERRED) {
    const one = found.find(({ outcomes }) => (outcomes & bits) === bits);
    if (one !== undefined) return one;
  }
  return found[0];
}
