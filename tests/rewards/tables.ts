import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";

/** Holds when two tables have one shape and agree entry by entry. */
export function assertTable(
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  tolerance = 1e-12,
): void {
  assertEquals(actual.map((row) => row.length), expected.map((row) => row.length));
  for (const [t, row] of expected.entries()) {
    for (const [a, value] of row.entries()) {
      assertAlmostEquals(actual[t]![a]!, value, tolerance, `entry [${t}][${a}]`);
    }
  }
}

/** Tables of 1 to 5 turns and 1 to 5 agents. */
export function tables<V>(entry: fc.Arbitrary<V>): fc.Arbitrary<V[][]> {
  return fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(
    ([numTurns, numAgents]) =>
      fc.array(fc.array(entry, { minLength: numAgents, maxLength: numAgents }), {
        minLength: numTurns,
        maxLength: numTurns,
      }),
  );
}

/** Probabilities that are exact in floating point sums of a few. */
export const probabilities: fc.Arbitrary<number> = fc.double({ min: 0, max: 1, noNaN: true });

/** Renumbers the agents of a table: agent a becomes agent order[a]. */
export function renumber<V>(tableTA: readonly (readonly V[])[], order: readonly number[]): V[][] {
  return tableTA.map((row) => {
    const renumbered = [...row];
    for (const [a, value] of row.entries()) renumbered[order[a]!] = value;
    return renumbered;
  });
}

/** A shuffled 0..numAgents−1 from some seed numbers. */
export function orderOf(seeds: readonly number[], numAgents: number): number[] {
  return Array.from({ length: numAgents }, (_, a) => a)
    .sort((a, b) => (seeds[a]! - seeds[b]!) || a - b);
}
