import { resolveConfig } from "../lib/core/mod.ts";
import { type KeepOptions, keepRun, loadExperiment, readDefaults } from "../lib/tracking/mod.ts";
import { registry } from "./registry.ts";

/**
 * Keeps a run of a script with seed 0: makes it if there is none yet.
 *
 * @param script Name of the script.
 * @param layers Settings laid over its defaults.
 * @param keep How runs are kept and made.
 * @returns The run's exit code, and where it lies.
 */
export async function keepScript(script: string, layers: readonly object[], keep: KeepOptions) {
  const { experiment } = await loadExperiment(script, registry);
  const defaults = await readDefaults(experiment);
  const [without, config] = [[defaults], [defaults, ...layers]]
    .map((all) => resolveConfig(experiment.schema, all) as object);
  const wanted = { experiment, config: config!, seed: 0, dtype: keep.dtype };
  return await keepRun(wanted, { ...keep, base: without! });
}
