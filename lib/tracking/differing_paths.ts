import { isMapping, type Mapping } from "../core/mod.ts";

/**
 * The options in which two configurations differ. Lists are compared as a whole; undefined is no value.
 *
 * @param a One configuration.
 * @param b The other.
 * @param prefix Path of both, for the results.
 * @returns Paths such as `ppo.clipCoef`, sorted.
 */
export function differingPaths(a: Mapping, b: Mapping, prefix = ""): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return keys.flatMap((key) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const left = a[key], right = b[key];
    if (isMapping(left) && isMapping(right)) return differingPaths(left, right, path);
    return JSON.stringify(left) === JSON.stringify(right) ? [] : [path];
  });
}
