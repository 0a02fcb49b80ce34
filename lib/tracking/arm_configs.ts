/**
 * The settings of every arm of an experiment, as they are laid over each other.
 *
 * @module
 */
import {
  ConfigError,
  isMapping,
  type Mapping,
  mergeConfig,
  named,
  resolveConfig,
  type Setting,
  shellQuote,
} from "../core/mod.ts";
import { layerOfArm, needsOf, orderOfArms, type RunOf, runPathsOf } from "./arm_settings.ts";
import { type Arms, scriptOfArm } from "./arms.ts";
import type { Experiment, SettingsLayer } from "./experiment.ts";
import { loadExperiment, readDefaults } from "./load_experiment.ts";
import type { Registry } from "./registry.ts";

/** What settings are made of, besides the arms' own. */
export interface ArmConfigsOptions {
  /** All experiments. */
  readonly registry: Registry;
  /** Somebody's settings, laid over those of the arms; the lowest first. */
  readonly layers?: readonly unknown[];
  /** Somebody's single settings. */
  readonly sets?: readonly Setting[];
  /**
   * Settings that are laid over everything, such as small budgets.
   *
   * @param config The full configuration without them.
   * @param script Name of the script that it is of.
   * @returns The settings.
   */
  readonly over?: (config: object, script: string) => SettingsLayer;
}

/** The script of an arm. */
export interface ArmScript {
  /** The script. */
  readonly experiment: Experiment;
  /** The configuration that it has without any setting. */
  readonly base: object;
}

/** The settings of an experiment's arms. */
export interface ArmConfigs {
  /**
   * The script of an arm.
   *
   * @param arm Its name.
   * @returns The script.
   */
  scriptOf(arm: string): ArmScript;
  /** The arms, each after those that it begins with. */
  readonly order: readonly string[];
  /**
   * The full configuration of an arm.
   *
   * @param arm Its name.
   * @param runOf Gives the runs of other arms; default: names that stand for them.
   * @returns The configuration.
   */
  configOf(arm: string, runOf?: RunOf): object;
}

/**
 * Resolves the settings of all arms, so that wrong ones are refused before anything runs.
 *
 * @param arms The arms.
 * @param options Somebody's settings.
 * @returns The script and the configuration of each arm.
 * @throws {ConfigError} If a setting is wrong, naming the arm, or is one that tells the arms apart.
 * @throws {RangeError} If arms begin with each other, or with one that does not exist.
 */
export async function armConfigs(arms: Arms, options: ArmConfigsOptions): Promise<ArmConfigs> {
  const { registry, layers = [], sets = [], over } = options;
  refuseSettingsOfArms(arms, mergeConfig(layers, sets));
  const scripts = new Map<string, ArmScript & { readonly defaults: object }>();
  for (const arm of Object.keys(arms.arms)) {
    const name = scriptOfArm(arms, arm);
    if (scripts.has(name)) continue;
    const { experiment } = await loadExperiment(name, registry);
    const defaults = await readDefaults(experiment);
    const base = resolveConfig(experiment.schema, [defaults]) as object;
    scripts.set(name, { experiment, defaults, base });
  }
  const scriptOf = (arm: string) => scripts.get(scriptOfArm(arms, arm))!;
  const configOf = (arm: string, runOf?: RunOf) => {
    const { experiment, defaults } = scriptOf(arm);
    // What an arm takes from another one's run is not for others to set: they set what that run begins with.
    const taken = runPathsOf(arms.arms[arm]!);
    const own = layerOfArm(arms.arms[arm]!, runOf);
    const given = layers.map((layer) => isMapping(layer) ? withoutPaths(layer, taken) : layer);
    const all = [defaults, arms.settings, own, ...given];
    const ownSets = sets.filter(({ keys }) => !taken.includes(keys.join(".")));
    return namingArm(arm, () => {
      const config = resolveConfig(experiment.schema, all, ownSets) as object;
      if (over === undefined) return config;
      return resolveConfig(
        experiment.schema,
        [...all, over(config, scriptOfArm(arms, arm))],
        ownSets,
      ) as object;
    });
  };
  const order = orderOfArms(arms.arms);
  for (const arm of order) configOf(arm);
  return { scriptOf, order, configOf };
}

/** Somebody's settings may fit one arm and contradict what another sets. */
function namingArm<T>(arm: string, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, thing, value } = error;
    throw new ConfigError(`Cannot run arm ${named(arm)}: ${message}`, {
      ...(thing === undefined ? {} : { thing }),
      value,
      cause: error,
    });
  }
}

/** Settings may not be given that make an arm what it is, unless it runs by itself. */
function refuseSettingsOfArms(arms: Arms, user: Mapping): void {
  if (Object.keys(arms.arms).length === 1) return;
  const given = leavesOf(user);
  for (const [arm, settings] of Object.entries(arms.arms)) {
    const taken = runPathsOf(settings);
    const own = leavesOf(layerOfArm(settings)).filter((path) => !taken.includes(path));
    const clash = given.find((path) =>
      own.some((other) => `${path}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${path}.`))
    );
    if (clash === undefined) continue;
    throw new ConfigError(
      `Cannot set ${clash} for all arms of ${arms.name} as it tells them apart: "${arm}" has its own`,
      {
        thing: clash,
        remedy: needsOf(settings).size === 0
          ? `Change it for that arm by itself: --arm ${shellQuote(arm)}`
          : `Change it for each arm in experiments/${arms.name}/arms.ts`,
      },
    );
  }
}

function withoutPaths(layer: Mapping, paths: readonly string[], above = ""): Mapping {
  return Object.fromEntries(
    Object.entries(layer).flatMap(([key, value]) => {
      const path = `${above}${key}`;
      if (paths.includes(path)) return [];
      return [[key, isMapping(value) ? withoutPaths(value, paths, `${path}.`) : value]];
    }),
  );
}

function leavesOf(layer: Mapping): string[] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isMapping(value) ? leavesOf(value).map((path) => `${key}.${path}`) : [key]
  );
}
