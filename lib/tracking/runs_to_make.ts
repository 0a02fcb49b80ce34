import { type ArmConfigs, armConfigs } from "./arm_configs.ts";
import type { Arms } from "./arms.ts";
import { findKeptRun, keyOfRun, type WantedRun } from "./kept_runs.ts";
import type { ArmsOptions } from "./run_arms.ts";

/**
 * Counts the runs that are not finished yet.
 *
 * @param arms The arms.
 * @param options Seeds, settings, where runs are kept.
 * @returns How many have to be made or gone on with; those whose first arms are missing count.
 * @throws {MaporlError} If a setting is wrong, or a folder cannot be looked at.
 */
export async function runsToMake(arms: Arms, options: ArmsOptions): Promise<number> {
  const configs = await armConfigs(arms, options);
  const counts = await Promise.all(options.seeds.map((seed) => ofSeed(configs, seed, options)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function ofSeed(
  { scriptOf, order, configOf }: ArmConfigs,
  seed: number,
  { dtype, root }: ArmsOptions,
): Promise<number> {
  const paths = new Map<string, string>();
  for (const arm of order) {
    let waits = false;
    const config = configOf(arm, (other) => {
      waits ||= !paths.has(other);
      return paths.get(other) ?? other;
    });
    if (waits) continue;
    const { experiment } = scriptOf(arm);
    const path = await finishedRun({ experiment, seed, config, dtype }, root);
    if (path !== undefined) paths.set(arm, path);
  }
  return order.length - paths.size;
}

/**
 * Looks for a finished run.
 *
 * @param wanted The run.
 * @param root Folder of all kept runs.
 * @returns Its folder; undefined where it has to be made or gone on with.
 * @throws {MaporlError} If what it needs is missing, or a folder cannot be looked at.
 */
export async function finishedRun(wanted: WantedRun, root: string): Promise<string | undefined> {
  const { path, state } = await findKeptRun(wanted, root, await keyOfRun(wanted));
  return state === "finished" ? path : undefined;
}
