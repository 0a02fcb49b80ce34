/**
 * Runs of scripts with seed 0 that results are made from.
 *
 * @module
 */
import { resolveConfig } from "../lib/core/mod.ts";
import {
  finishedRun,
  type KeepResult,
  keepRun,
  loadExperiment,
  type MakeOptions,
  readDefaults,
  type WantedRun,
} from "../lib/tracking/mod.ts";
import { quickSettings } from "./quick_settings.ts";
import { registry } from "./registry.ts";

async function wantedScript(
  script: string,
  layers: readonly object[],
  { dtype, isQuick }: MakeOptions,
): Promise<WantedRun & { readonly base: object }> {
  const { experiment } = await loadExperiment(script, registry);
  const defaults = await readDefaults(experiment);
  const resolved = (...all: unknown[]) => resolveConfig(experiment.schema, all) as object;
  const config = resolved(defaults, ...layers);
  return {
    experiment,
    seed: 0,
    dtype,
    base: resolved(defaults),
    config: isQuick ? resolved(defaults, ...layers, quickSettings(script)(config)) : config,
  };
}

/**
 * Keeps a run of a script with seed 0: makes it if there is none yet.
 *
 * @param script Name of the script.
 * @param layers Settings laid over its defaults.
 * @param options How runs are kept and made.
 * @returns The run's exit code, and where it lies.
 */
export async function keepScript(
  script: string,
  layers: readonly object[],
  options: MakeOptions,
): Promise<KeepResult> {
  const { base, ...wanted } = await wantedScript(script, layers, options);
  return await keepRun(wanted, { ...options, base });
}

/**
 * Counts those that are not finished.
 *
 * @param scripts Name and settings of each.
 * @param options How runs are kept and made.
 * @returns How many; those that begin with what is missing count.
 */
export async function scriptsToMake(
  scripts: readonly (readonly [script: string, layers: readonly object[]])[],
  options: MakeOptions,
): Promise<number> {
  const finished = await Promise.all(scripts.map(async ([script, layers]) => {
    const wanted = await wantedScript(script, layers, options);
    return await finishedRun(wanted, options.root).catch(() => undefined);
  }));
  return finished.filter((path) => path === undefined).length;
}
