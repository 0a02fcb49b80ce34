import { ConfigError, mergeConfig, named, nearestName, readYaml } from "../core/mod.ts";
import { type Arms, experimentOfArm, scriptOfArm } from "./arms.ts";
import type { Experiment } from "./experiment.ts";
import type { Registry } from "./registry.ts";

/** An experiment of the registry. */
export interface LoadedExperiment {
  /** What runs: a script, or the first arm of several. */
  readonly experiment: Experiment;
  /** The arms that it is one of. */
  readonly arms?: Arms;
}

/**
 * Loads an experiment.
 *
 * @param name Its name.
 * @param registry All experiments.
 * @returns The experiment.
 * @throws {ConfigError} If there is no such experiment, naming the nearest one.
 */
export async function loadExperiment(name: string, registry: Registry): Promise<LoadedExperiment> {
  if (!Object.hasOwn(registry, name)) throw noSuchExperiment(name, Object.keys(registry));
  const loaded = await registry[name]!();
  if ("experiment" in loaded) return loaded;
  const { arms } = loaded;
  const [first] = Object.keys(arms.arms) as [string];
  const { experiment: script } = await loadExperiment(scriptOfArm(arms, first), registry);
  return { experiment: experimentOfArm(arms, first, script), arms };
}

function noSuchExperiment(name: string, names: readonly string[]): ConfigError {
  const nearest = nearestName(name, names);
  return new ConfigError(
    `Cannot run ${named(name)} as there is no such experiment.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
      ` There are: ${names.join(", ")}`,
    { thing: name, remedy: "deno task experiment lists them with a line each" },
  );
}

/**
 * The values that an experiment starts from, laid over its schema's defaults.
 *
 * @param experiment The experiment.
 * @returns Its file and its layers as one.
 * @throws {ConfigError} If the file cannot be read.
 */
export async function readDefaults(experiment: Experiment): Promise<object> {
  const { defaultConfig, defaults = [] } = experiment;
  const file = defaultConfig === undefined ? {} : await readYaml(defaultConfig);
  return mergeConfig([file, ...defaults]);
}
