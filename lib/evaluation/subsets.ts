import type { Random } from "../core/mod.ts";

/** Subsets of one size, as indices. */
export interface Subsets {
  /** Each subset as indices of its items; in a random order where they were drawn. */
  readonly indices: readonly (readonly number[])[];
  /** Whether these are all subsets; else they were drawn, each equally likely. */
  readonly isExact: boolean;
}

/** Options of {@link subsetsOf}. */
export interface SubsetOptions {
  /** Source of the draws; not advanced, so equal arguments give equal subsets. */
  readonly random: Random;
  /**
   * Most subsets; where there are more, so many are drawn. Default 1000: a question's credit is then up to
   * 0.016 off (one standard deviation), the mean over 300 questions up to 0.001.
   */
  readonly maxSubsets?: number;
}

/**
 * Lists all subsets of a size, or draws some where there are too many.
 *
 * @param numItems N.
 * @param size n, 1 to N.
 * @param options Random stream and the most subsets.
 * @returns The subsets.
 * @throws {RangeError} If a number is not an integer or out of its range.
 */
export function subsetsOf(numItems: number, size: number, options: SubsetOptions): Subsets {
  const { random, maxSubsets = 1000 } = options;
  for (
    const [name, value, most] of [
      ["numItems", numItems, Infinity],
      ["size", size, numItems],
      ["maxSubsets", maxSubsets, Infinity],
    ] as const
  ) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new RangeError(
        `Cannot take subsets as ${name} must be an integer of [1, ${most}]: current value is ${value}`,
      );
    }
  }
  if (countSubsets(numItems, size) <= maxSubsets) {
    return { indices: listSubsets(numItems, size), isExact: true };
  }
  const stream = random.split("subsets", numItems, size);
  const indices = Array.from({ length: maxSubsets }, () => drawSubset(numItems, size, stream));
  return { indices, isExact: false };
}

function countSubsets(numItems: number, size: number): number {
  let count = 1;
  for (let k = 1; k <= size; k++) count = Math.round(count * (numItems - k + 1) / k);
  return count;
}

/** In lexicographic order. */
function listSubsets(numItems: number, size: number): number[][] {
  const subsets: number[][] = [];
  const subset = Array.from({ length: size }, (_, i) => i);
  while (true) {
    subsets.push([...subset]);
    let last = size - 1;
    while (last >= 0 && subset[last] === numItems - size + last) last--;
    if (last < 0) return subsets;
    subset[last]!++;
    for (let i = last + 1; i < size; i++) subset[i] = subset[i - 1]! + 1;
  }
}

/** The first places of a random order (Fisher and Yates). */
function drawSubset(numItems: number, size: number, stream: Random): number[] {
  const order = Array.from({ length: numItems }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = stream.integer(i, numItems);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, size);
}
