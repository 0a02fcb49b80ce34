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
} from "../core/mod.ts";
import { layerOfArm, orderOfArms, type RunOf } from "./arm_settings.ts";
import type { Arms } from "./arms.ts";
import type { Experiment, SettingsLayer } from "./experiment.ts";
import { loadExperiment, readDefaults } from "./load_experiment.ts";
import type { Registry } from "./registry.ts";

/** What settings are made of, besides the arms' own. */
export interface ArmConfigsOptions {
  /** All experiments. */
  readonly registry: Registry;
  /** Somebody's settings, laid below those that tell the arms apart; the lowest first. */
  readonly layers?: readonly unknown[];
  /** Somebody's single settings. */
  readonly sets?: readonly Setting[];
  /**
   * Settings that are laid over everything, such as small budgets.
   *
   * @param config The full configuration without them.
   * @returns The settings.
   */
  readonly over?: (config: object) => SettingsLayer;
}

/** The settings of an experiment's arms. */
export interface ArmConfigs {
  /** The script. */
  readonly experiment: Experiment;
  /** The configuration that it has without any setting. */
  readonly base: object;
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
 * @returns The script, and the configuration of each arm.
 * @throws {ConfigError} If a setting is wrong, naming the arm, or is one that tells the arms apart.
 * @throws {RangeError} If arms begin with each other, or with one that does not exist.
 */
export async function armConfigs(arms: Arms, options: ArmConfigsOptions): Promise<ArmConfigs> {
  const { registry, layers = [], sets = [], over } = options;
  const { experiment } = await loadExperiment(arms.script, registry);
  refuseSettingsOfArms(arms, mergeConfig(layers, sets));
  const defaults = await readDefaults(experiment);
  const configOf = (arm: string, runOf?: RunOf) => {
    const all = [defaults, arms.settings, ...layers, layerOfArm(arms.arms[arm]!, runOf)];
    return namingArm(arm, () => {
      const config = resolveConfig(experiment.schema, all, sets) as object;
      if (over === undefined) return config;
      return resolveConfig(experiment.schema, [...all, over(config)], sets) as object;
    });
  };
  const order = orderOfArms(arms.arms);
  for (const arm of order) configOf(arm);
  const base = resolveConfig(experiment.schema, [defaults]) as object;
  return { experiment, base, order, configOf };
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

/** Settings may not be given that make an arm what it is. */
function refuseSettingsOfArms(arms: Arms, user: Mapping): void {
  const given = leavesOf(user);
  for (const [arm, settings] of Object.entries(arms.arms)) {
    const own = leavesOf(layerOfArm(settings));
    const clash = given.find((path) =>
      own.some((other) => `${path}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${path}.`))
    );
    if (clash === undefined) continue;
    throw new ConfigError(
      `Cannot set ${clash} for all arms of ${arms.name} as it tells them apart: "${arm}" has its own`,
      { thing: clash, remedy: `Change it for each arm in experiments/${arms.name}/arms.ts` },
    );
  }
}

function leavesOf(layer: Mapping): string[] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isMapping(value) ? leavesOf(value).map((path) => `${key}.${path}`) : [key]
  );
}
