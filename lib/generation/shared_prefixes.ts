/**
 * Which beginnings of prompts are worth computing once for several of them.
 *
 * @module
 */
import { commonPrefix, compareTokens } from "./token_order.ts";

/** A prompt, as far as sharing is concerned. */
export interface SharingPrompt {
  /** Token ids. */
  readonly tokens: Int32Array;
  /** How many of its first tokens are known already. */
  readonly known: number;
}

/** A choice of disjoint groups of prompts. */
interface Choice {
  /** Tokens that need not be computed. */
  readonly saved: number;
  readonly prefixes: readonly Int32Array[];
}

const NOTHING: Choice = { saved: 0, prefixes: [] };

/**
 * Chooses the prefixes whose computation, once each instead of once per prompt, saves most tokens; every
 * prompt takes part in one at most. At least the last token of a prompt stays out, as its state is wanted.
 *
 * @param prompts Prompts of one adapter.
 * @returns The prefixes, and how many tokens they save.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sharedPrefixes } from "./shared_prefixes.ts";
 *
 * // Two prompts share three tokens, a third one of them: the three are computed once instead of twice.
 * const prompts = [[1, 2, 3, 4], [1, 7], [1, 2, 3, 5]]
 *   .map((tokens) => ({ tokens: Int32Array.from(tokens), known: 0 }));
 * const { prefixes, saved } = sharedPrefixes(prompts);
 * assertEquals(prefixes.map((prefix) => [...prefix]), [[1, 2, 3]]);
 * assertEquals(saved, 3);
 * ```
 */
export function sharedPrefixes(prompts: readonly SharingPrompt[]): Choice {
  const sorted = [...prompts].sort((a, b) => compareTokens(a.tokens, b.tokens));
  // common[i]: tokens that i-1 and i share; the common prefix of a range is the least of them in it.
  const common = sorted.map(({ tokens }, i) =>
    i === 0 ? 0 : Math.min(
      commonPrefix(sorted[i - 1]!.tokens, tokens),
      sorted[i - 1]!.tokens.length - 1,
      tokens.length - 1,
    )
  );
  return best(sorted, common, [0, sorted.length]);
}

/** The best choice within a range of the sorted prompts: one group of all, or the best of its parts. */
function best(
  sorted: readonly SharingPrompt[],
  common: readonly number[],
  [from, to]: readonly [number, number],
): Choice {
  if (to - from < 2) return NOTHING;
  let length = Infinity;
  for (let i = from + 1; i < to; i++) length = Math.min(length, common[i]!);
  const parts: Choice[] = [];
  let start = from;
  for (let i = from + 1; i <= to; i++) {
    if (i < to && common[i] !== length) continue;
    parts.push(best(sorted, common, [start, i]));
    start = i;
  }
  const saved = parts.reduce((sum, part) => sum + part.saved, 0);
  const together = savedBy(sorted.slice(from, to), length);
  if (together > saved) {
    return { saved: together, prefixes: [sorted[from]!.tokens.subarray(0, length)] };
  }
  return saved > 0 ? { saved, prefixes: parts.flatMap(({ prefixes }) => prefixes) } : NOTHING;
}

/** Tokens saved by computing the first `length` once, beyond what is known of the one that knows most. */
function savedBy(group: readonly SharingPrompt[], length: number): number {
  let total = 0;
  let least = length;
  for (const { known } of group) {
    const missing = Math.max(0, length - known);
    total += missing;
    least = Math.min(least, missing);
  }
  return total - least;
}
