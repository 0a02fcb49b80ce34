import { ConfigError, named, nearestName, slugOf, someOf } from "../core/mod.ts";
import { orderOfArms } from "./arm_settings.ts";
import type { Arms } from "./arms.ts";

/**
 * Some arms of an experiment by themselves, with those whose runs they begin with.
 *
 * @param arms All arms.
 * @param wanted Names of some; none = all.
 * @returns The arms, in their order. Where some are left out there are no tables of all arms.
 * @throws {ConfigError} If there is no such arm, naming the nearest one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pickArms } from "./pick_arms.ts";
 *
 * const arms = {
 *   ...{ name: "pairs", summary: "", minutes: "0", script: "maporl", settings: {}, seeds: [0] },
 *   arms: {
 *     together: (runOf: (arm: string) => string) => ({ from: runOf("alone") }),
 *     alone: {},
 *     other: {},
 *   },
 *   table: () => ({ title: "", columns: [], rows: [] }),
 * };
 * assertEquals(Object.keys(pickArms(arms, ["other"]).arms), ["other"]);
 * assertEquals(Object.keys(pickArms(arms, ["together"]).arms), ["together", "alone"]);
 * ```
 */
export function pickArms(arms: Arms, wanted: readonly string[]): Arms {
  if (wanted.length === 0) return arms;
  checkArms(arms.name, arms, wanted);
  const picked = new Set(orderOfArms(arms.arms, wanted));
  const entries = Object.entries(arms.arms);
  const kept = entries.filter(([arm]) => picked.has(arm));
  const { tables, ...others } = arms;
  return {
    ...others,
    ...(tables !== undefined && kept.length === entries.length ? { tables } : {}),
    arms: Object.fromEntries(kept),
  };
}

/**
 * Refuses names of arms that an experiment does not have.
 *
 * @param name The experiment's name.
 * @param arms Its arms, if it has any.
 * @param wanted Names of arms.
 * @throws {ConfigError} Naming the nearest arm.
 */
export function checkArms(
  name: string,
  arms: Pick<Arms, "arms"> | undefined,
  wanted: readonly string[],
): void {
  if (arms === undefined && wanted.length > 0) {
    throw new ConfigError(
      `Cannot use --arm with ${name} as it must be an experiment with arms: it is a script`,
      { thing: "--arm", remedy: "Leave out --arm" },
    );
  }
  const unknown = wanted.find((arm) => !Object.hasOwn(arms!.arms, arm));
  if (unknown === undefined) return;
  const names = Object.keys(arms!.arms);
  const nearest = nearestName(unknown, names);
  throw new ConfigError(
    `Cannot run arm ${named(unknown)} as ${name} has no such arm.` +
      (nearest === undefined ? "" : ` Did you mean "${nearest}"?`) +
      ` There are: ${someOf(names.map((arm) => `"${arm}"`))}`,
    {
      thing: unknown,
      remedy: names.length === 1
        ? "Leave out --arm"
        : `deno task experiment ${name} --help lists them`,
    },
  );
}

/**
 * Refuses arms that a report could not tell apart: their names become parts of files and addresses.
 *
 * @param arms The arms.
 * @throws {ConfigError} Naming two that differ in signs alone.
 */
export function checkArmNames({ name, arms }: Pick<Arms, "name" | "arms">): void {
  for (const [slug, [one, other]] of Map.groupBy(Object.keys(arms), slugOf)) {
    if (other === undefined) continue;
    throw new ConfigError(
      `Cannot use the arms of ${name} as their names must differ in letters or digits: ` +
        `${named(one!)} and ${named(other)} both become ${named(slug)}`,
      { thing: name, remedy: "Give one of them another name" },
    );
  }
}
