/**
 * The reader of runs that others begin with.
 *
 * @module
 */
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { CheckpointError, ConfigError, resolveConfig, RunError } from "../../lib/core/mod.ts";
import { loadInitialPolicies, readSeatStarts } from "../../lib/training/mod.ts";
import type { DamagedFolder } from "./damaged_folder.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";

/**
 * A finished run whose agents another one begins with.
 *
 * @param files The run's folder.
 * @param settings Its settings.
 * @returns Damages it, and begins with what is left.
 */
export async function initTarget(files: DamagedFolder, settings: object): Promise<Target> {
  const initFrom = { run: files.path };
  const seats = { seats: [{ initFrom }, { initFrom, frozen: true }] };
  const config = resolveConfig(maporlSchema, [settings, seats]) as MaporlConfig;
  const policies = async () => {
    const [one, other] = await loadInitialPolicies(await readSeatStarts(config));
    if (one !== other) return "agents that shared their parameters begin differently";
    return JSON.stringify([...one!].map(([group, values]) => [
      group,
      [...values].map(([name, { values, shape }]) => [name, shape, [...values]]),
    ]));
  };
  const expected = await policies();
  const read = files.names.filter((name) => /^(run\.json|checkpoints\/update-00002\/)/.test(name));
  return {
    name: "runs begun with",
    errors: [RunError, ConfigError, CheckpointError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random, read),
        async take() {
          return await policies() === expected ? HARMLESS : silent("seats begin otherwise");
        },
      };
    },
  };
}
