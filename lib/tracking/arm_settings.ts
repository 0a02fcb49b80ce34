/**
 * What tells arms apart, also where one goes on with what another has made.
 *
 * @module
 */
import { isMapping, type Mapping, named } from "../core/mod.ts";
import type { SettingsLayer } from "./experiment.ts";

/**
 * Gives the folder of the finished run of another arm with the same seed.
 *
 * @param arm Name of that arm.
 * @returns The folder.
 */
export type RunOf = (arm: string) => string;

/**
 * Settings of an arm; as a function, of one that begins with what other arms have made. It is called more
 * than once, and asks for the same arms whatever their folders are called.
 */
export type ArmSettings = SettingsLayer | ((runOf: RunOf) => SettingsLayer);

/** Arms by their names. */
export type ArmsByName = Readonly<Record<string, ArmSettings>>;

/** Stands for the folder of a run that is not there yet. */
const placeholder: RunOf = (arm) => `the run of ${named(arm)}`;

/**
 * The settings of an arm.
 *
 * @param settings As the arm has them.
 * @param runOf Gives the runs of other arms; default: names that stand for them.
 * @returns The settings.
 */
export function layerOfArm(settings: ArmSettings, runOf: RunOf = placeholder): SettingsLayer {
  return isDependent(settings) ? settings(runOf) : settings;
}

function isDependent(settings: ArmSettings): settings is (runOf: RunOf) => SettingsLayer {
  return typeof settings === "function";
}

/**
 * The order in which arms can run: each after those that it begins with, otherwise as they are named.
 *
 * @param arms The arms.
 * @param wanted Names of those that are to run; default: all.
 * @returns Their names, and those of the arms that they begin with.
 * @throws {RangeError} If an arm begins with one that does not exist, or with itself over others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { orderOfArms } from "./arm_settings.ts";
 *
 * const arms = {
 *   together: (runOf: (arm: string) => string) => ({ from: runOf("alone") }),
 *   alone: { agents: 1 },
 *   other: {},
 * };
 * assertEquals(orderOfArms(arms), ["alone", "together", "other"]);
 * ```
 */
export function orderOfArms(
  arms: ArmsByName,
  wanted: readonly string[] = Object.keys(arms),
): string[] {
  const order: string[] = [];
  const add = (arm: string, askedBy: readonly string[]) => {
    if (order.includes(arm)) return;
    const path = [...askedBy, arm];
    if (askedBy.includes(arm)) {
      throw new RangeError(
        `Cannot order arms as none may begin with its own run: ${path.join(" < ")}`,
      );
    }
    if (!Object.hasOwn(arms, arm)) {
      throw new RangeError(
        `Cannot begin with the run of ${named(arm)} as it must be one of the arms: ` +
          Object.keys(arms).join(", "),
      );
    }
    for (const other of needsOf(arms[arm]!)) add(other, path);
    order.push(arm);
  };
  for (const arm of wanted) add(arm, []);
  return order;
}

/**
 * The arms whose runs an arm begins with.
 *
 * @param settings As the arm has them.
 * @returns Their names.
 */
export function needsOf(settings: ArmSettings): Set<string> {
  const needs = new Set<string>();
  layerOfArm(settings, (arm) => {
    needs.add(arm);
    return placeholder(arm);
  });
  return needs;
}

/** Occurs in no path that anybody writes. */
const SOME_RUN = "\0";

/**
 * The settings in which an arm names the run of another one, or what lies in it.
 *
 * @param settings As the arm has them.
 * @returns Their paths, keys joined by dots.
 */
export function runPathsOf(settings: ArmSettings): string[] {
  const pathsOf = (layer: Mapping): string[] =>
    Object.entries(layer).flatMap(([key, value]) => {
      if (isMapping(value)) return pathsOf(value).map((path) => `${key}.${path}`);
      return typeof value === "string" && value.includes(SOME_RUN) ? [key] : [];
    });
  return pathsOf(layerOfArm(settings, () => SOME_RUN));
}
