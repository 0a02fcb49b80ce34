import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { sharedPrefixes, type SharingPrompt } from "../../lib/generation/shared_prefixes.ts";
import { commonPrefix } from "../../lib/generation/token_order.ts";

function prompts(rows: readonly (readonly number[])[], known: readonly number[] = []) {
  return rows.map((tokens, i): SharingPrompt => ({
    tokens: Int32Array.from(tokens),
    known: known[i] ?? 0,
  }));
}

/** Tokens to compute when the prefixes are computed once for the prompts that begin with the whole of them. */
function numComputed(all: readonly SharingPrompt[], prefixes: readonly Int32Array[]): number {
  const knownOf = (tokens: Int32Array) =>
    Math.max(
      0,
      ...all.map((prompt) => commonPrefix(prompt.tokens.subarray(0, prompt.known), tokens)),
    );
  let total = prefixes.reduce((sum, prefix) => sum + prefix.length - knownOf(prefix), 0);
  for (const { tokens, known } of all) {
    const shared = prefixes
      .filter((prefix) => commonPrefix(prefix, tokens.subarray(0, -1)) === prefix.length)
      .map(({ length }) => length);
    total += tokens.length - Math.max(known, ...shared);
  }
  return total;
}

Deno.test("sharedPrefixes() shares a question among its agents and nothing among questions", () => {
  // Two questions of three agents each that begin with the same token.
  const all = prompts([[1, 5, 6, 7], [1, 5, 6, 7], [1, 5, 6, 7], [1, 8, 9], [1, 8, 9], [1, 8, 9]]);
  const { prefixes, saved } = sharedPrefixes(all);
  // The last token is computed for each: [1, 5, 6] and [1, 8] once instead of three times.
  assertEquals(prefixes.map((prefix) => [...prefix]), [[1, 5, 6], [1, 8]]);
  assertEquals(saved, 2 * 3 + 2 * 2);
});

Deno.test("sharedPrefixes() leaves out what is known", () => {
  const rows = [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 2, 3, 4, 7]];
  // All know three of the four common tokens: one is computed once instead of three times.
  assertEquals(sharedPrefixes(prompts(rows, [3, 3, 3])).saved, 2);
  assertEquals(sharedPrefixes(prompts(rows, [4, 4, 4])), { saved: 0, prefixes: [] });
  // One knows all four: nothing has to be computed for the two others.
  assertEquals(sharedPrefixes(prompts(rows, [4, 0, 0])).saved, 8);
});

Deno.test("sharedPrefixes() finds nothing to share in nothing, one prompt or foreign prompts", () => {
  for (const rows of [[], [[1, 2, 3]], [[1, 2], [3, 4]], [[1], [1]]]) {
    assertEquals(sharedPrefixes(prompts(rows)), { saved: 0, prefixes: [] });
  }
});

Deno.test("sharedPrefixes() saves what it says, and no choice of disjoint prefixes saves more", () => {
  const random = Random.fromSeed(6);
  for (let repeat = 0; repeat < 200; repeat++) {
    const rows = Array.from(
      { length: random.integer(2, 6) },
      () => Array.from({ length: random.integer(2, 7) }, () => random.integer(0, 2)),
    );
    const all = prompts(rows);
    const { prefixes, saved } = sharedPrefixes(all);
    const before = numComputed(all, []);
    assertEquals(before - numComputed(all, prefixes), saved);
    // Every set of candidates of which none begins another, as each prompt takes part in one.
    const candidates = [...new Map(
      all.flatMap(({ tokens }) =>
        Array.from({ length: tokens.length - 1 }, (_, n) => tokens.slice(0, n + 1))
      ).map((prefix) => [prefix.join(), prefix]),
    ).values()].slice(0, 12);
    for (let mask = 1; mask < 1 << candidates.length; mask++) {
      const chosen = candidates.filter((_, i) => mask & (1 << i));
      const nested = chosen.some((a) =>
        chosen.some((b) => a !== b && commonPrefix(a, b) === a.length)
      );
      if (!nested) assert(before - numComputed(all, chosen) <= saved);
    }
  }
});
