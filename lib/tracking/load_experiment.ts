import { ConfigError, mergeConfig, named, nearestName, readYaml } from "../core/mod.ts";
import { type Arms, experimentOfArm, scriptOfArm } from "./arms.ts";
import type { Experiment } from "./experiment.ts";
import { checkArmNames, checkArms } from "./pick_arms.ts";
import type { Registry } from "./registry.ts";

/** An experiment of the registry. */
export interface LoadedExperiment {
  /** What runs: a script, or one arm of several. */
  readonly experiment: Experiment;
  /** The arms that it is one of. */
  readonly arms?: Arms;
  /** Which of them it is. */
  readonly arm?: string;
}

/**
 * Loads an experiment.
 *
 * @param name Its name.
 * @param registry All experiments.
 * @param wanted Names of some of its arms; none = all.
 * @returns The experiment; of several arms the first that is wanted.
 * @throws {ConfigError} If there is no such experiment or arm, naming the nearest one, or arms are called too much alike.
 */
export async function loadExperiment(
  name: string,
  registry: Registry,
  wanted: readonly string[] = [],
): Promise<LoadedExperiment> {
  if (!Object.hasOwn(registry, name)) throw noSuchExperiment(name, Object.keys(registry));
  const loaded = await registry[name]!();
  checkArms(name, "arms" in loaded ? loaded.arms : undefined, wanted);
  if ("experiment" in loaded) return loaded;
  const { arms } = loaded;
  checkArmNames(arms);
  const [first] = [...wanted, ...Object.keys(arms.arms)] as [string];
  const { experiment: script } = await loadExperiment(scriptOfArm(arms, first), registry);
  return { experiment: experimentOfArm(arms, first, script), arms, arm: first };
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
