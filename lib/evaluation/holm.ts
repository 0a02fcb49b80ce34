/**
 * Holm's adjusted p-values (1979, "A simple sequentially rejective multiple test procedure"): among m comparisons of
 * which none differs, the chance that any has an adjusted p-value below α is at most α, however they depend on each
 * other.
 *
 * The smallest of m p-values is multiplied by m, the next one by m - 1 and so on; none is below the one before it,
 * none above 1.
 *
 * @param pValues p-values of all comparisons, in [0, 1].
 * @returns Their adjusted values, in the order given.
 * @throws {RangeError} If a p-value is outside [0, 1].
 *
 * @example Three comparisons, one of which stays below 0.05
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holmAdjusted } from "./holm.ts";
 *
 * assertEquals(holmAdjusted([0.5, 0.01, 0.03]), [0.5, 0.03, 0.06]);
 * ```
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const odd = pValues.find((p) => !(p >= 0 && p <= 1));
  if (odd !== undefined) {
    throw new RangeError(`Cannot adjust p-values as each must be in [0, 1]: one is ${odd}`);
  }
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  const ascending = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  for (const [place, index] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
