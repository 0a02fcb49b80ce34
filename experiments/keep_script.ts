/**
 * Runs of scripts that results are made from.
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

/** How runs are kept and made, and with which seed; default 0. */
type ScriptOptions = MakeOptions & { readonly seed?: number };

async function wantedScript(
  script: string,
  layers: readonly object[],
  { dtype, isQuick, seed = 0 }: ScriptOptions,
): Promise<WantedRun & { readonly base: object }> {
  const { experiment } = await loadExperiment(script, registry);
  const defaults = await readDefaults(experiment);
  const resolved = (...all: unknown[]) => resolveConfig(experiment.schema, all) as object;
  const config = resolved(defaults, ...layers);
  return {
    experiment,
    seed,
    dtype,
    base: resolved(defaults),
    config: isQuick ? resolved(defaults, ...layers, quickSettings(script)(config)) : config,
  };
}

/**
 * Keeps a run of a script: makes it if there is none yet.
 *
 * @param script Name of the script.
 * @param layers Settings laid over its defaults.
 * @param options How runs are kept and made, and the seed; default 0.
 * @returns The run's exit code, and where it lies.
 */
export async function keepScript(
  script: string,
  layers: readonly object[],
  options: ScriptOptions,
): Promise<KeepResult> {
  const { base, ...wanted } = await wantedScript(script, layers, options);
  return await keepRun(wanted, { ...options, base });
}

/**
 * Counts those that are not finished.
 *
 * @param scripts Name and settings of each.
 * @param options How runs are kept and made, and the seed; default 0.
 * @returns How many; those that begin with what is missing count.
 */
export async function scriptsToMake(
  scripts: readonly (readonly [script: string, layers: readonly object[]])[],
  options: ScriptOptions,
): Promise<number> {
  const finished = await Promise.all(scripts.map(async ([script, layers]) => {
    const wanted = await wantedScript(script, layers, options);
    return await finishedRun(wanted, options.root).catch(() => undefined);
  }));
  return finished.filter((path) => path === undefined).length;
}
