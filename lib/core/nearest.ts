/** Spelling apart from case and separators: `num_agents`, `numAgents` and `num-agents` are one name. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/**
 * Number of single-character insertions, deletions, substitutions and swaps of neighbours that turn one
 * text into the other, no part edited twice (Damerau 1964; optimal string alignment).
 *
 * @param a One text.
 * @param b The other.
 * @returns The distance, 0 when they are equal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { editDistance } from "./nearest.ts";
 *
 * assertEquals(editDistance("clipCoef", "cilpCoeff"), 2); // a swap and an insertion
 * ```
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Longest name that is compared: the work grows with the product of both lengths. */
const MAX_LENGTH = 64;

/**
 * The candidate that was probably meant, for error messages.
 *
 * @param name What was given.
 * @param candidates What is valid.
 * @returns The nearest by {@linkcode editDistance} (case and separators aside; the first of equals), or
 * undefined when even that one differs in more than a third of its characters, or the name is longer than
 * any name is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestName } from "./nearest.ts";
 *
 * assertEquals(nearestName("num_agent", ["numTurns", "numAgents"]), "numAgents");
 * assertEquals(nearestName("zebra", ["numTurns", "numAgents"]), undefined);
 * ```
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const longer = Math.max(canonical(name).length, canonical(candidate).length);
    const distance = editDistance(canonical(name), canonical(candidate));
    if (distance < least && distance <= Math.max(1, longer / 3)) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}
