/**
 * Which updates of a run train what.
 *
 * @module
 */
import type { UpdatesOfGroup } from "./learning_rate.ts";

/** Updates one after the other, all of which train a group. */
interface Stretch {
  /** The first of them. */
  readonly from: number;
  /** The one behind the last. */
  to: number;
}

/**
 * Goes through the updates of a run once, and then tells how far a group is at any of them.
 *
 * @param updates Updates of the run.
 * @param groupsAt The groups that an update trains, each once.
 * @returns From a group and an update's index to the updates that train the group: how many are over by
 * then, and how many there are.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { countUpdates } from "./update_counts.ts";
 *
 * // The first, third and fifth of five updates train "rest".
 * const updatesOf = countUpdates(5, (update) => update % 2 === 0 ? ["rest"] : ["first"]);
 * assertEquals(updatesOf("rest", 3), { done: 2, total: 3 });
 * ```
 */
export function countUpdates(
  updates: number,
  groupsAt: (update: number) => Iterable<string>,
): (group: string, update: number) => UpdatesOfGroup {
  const stretches = new Map<string, Stretch[]>();
  for (let update = 0; update < updates; update++) {
    for (const group of groupsAt(update)) {
      let own = stretches.get(group);
      if (!own) stretches.set(group, own = []);
      const last = own.at(-1);
      if (last?.to === update) last.to++;
      else own.push({ from: update, to: update + 1 });
    }
  }
  return (group, update) => {
    let done = 0;
    let total = 0;
    for (const { from, to } of stretches.get(group) ?? []) {
      done += Math.max(0, Math.min(to, update) - from);
      total += to - from;
    }
    return { done, total };
  };
}
