import { applySetting, mergeLayers, parseSetting, type Setting } from "./config_layers.ts";
import { describeIssues, MOST_LISTED, splitUnknownKeys } from "./config_problems.ts";
import { type ConfigSchema, isMapping, type Mapping, schemaNode } from "./config_schema.ts";
import { ConfigError } from "./errors.ts";
import { quoted } from "./printable.ts";

/**
 * Lays configurations and settings over each other and checks the result against a schema. Sections
 * may be left out: the defaults inside them apply. Every object of the schema is strict, whether or not
 * it was declared so.
 *
 * @param schema What is allowed, with defaults, ranges and descriptions; rules between options are zod
 * refinements whose message is a sentence.
 * @param layers Mappings, the lowest first (an experiment's own file, then the user's).
 * @param sets Settings, `key.path=value` or read already, laid over them in order.
 * @returns The full configuration.
 * @throws {ConfigError} Listing unknown keys (with the nearest valid path and the keys allowed there),
 * wrong types, values out of range and impossible combinations at once, the first ten of each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 * import { resolveConfig } from "./config.ts";
 *
 * const schema = z.strictObject({
 *   ppo: z.strictObject({
 *     clipCoef: z.number().min(0).max(1).default(0.2).describe("clip range of the ratio"),
 *     numPpoEpochs: z.int().min(1).default(4).describe("passes over a batch"),
 *   }),
 * });
 * const config = resolveConfig(schema, [{ ppo: { clipCoef: 0.1 } }], ["ppo.numPpoEpochs=2"]);
 * assertEquals(config, { ppo: { clipCoef: 0.1, numPpoEpochs: 2 } });
 * ```
 */
export function resolveConfig<C>(
  schema: ConfigSchema<C>,
  layers: readonly unknown[],
  sets: readonly (string | Setting)[] = [],
): C {
  const merged = mergeConfig(layers, sets);
  const root = schemaNode(schema);
  const { known, ...unknown } = splitUnknownKeys(root, merged);
  const { data, error } = schema.safeParse(known);
  // Unknown keys are listed already, with more help than zod gives.
  const issues = error?.issues.filter(({ code }) => code !== "unrecognized_keys") ?? [];
  const wrong = describeIssues(root, known, issues);
  const problems = [...unknown.problems, ...wrong.problems].slice(0, MOST_LISTED);
  if (error === undefined && problems.length === 0) return data as C;
  const lines = problems.map(({ message }) => message);
  const moreUnknown = unknown.count - unknown.problems.length;
  const moreWrong = wrong.count - (problems.length - unknown.problems.length);
  if (moreUnknown > 0) lines.push(`and ${moreUnknown} other keys that are not options`);
  if (moreWrong > 0) lines.push(`and ${moreWrong} other entries that are wrong`);
  throw new ConfigError(
    lines.length === 1
      ? `Cannot use the configuration: ${lines[0]}`
      : `Cannot use the configuration as ${unknown.count + wrong.count} entries are wrong:\n  ${
        lines.join("\n  ")
      }`,
    { thing: problems[0]!.path, value: problems },
  );
}

/**
 * Lays configurations and settings over each other without checking them.
 *
 * @param layers Mappings, the lowest first; null is an empty one.
 * @param sets Settings, `key.path=value` or read already, laid over them in order.
 * @returns A new mapping.
 * @throws {ConfigError} If a layer is no mapping or a setting cannot be read.
 */
export function mergeConfig(
  layers: readonly unknown[],
  sets: readonly (string | Setting)[] = [],
): Mapping {
  const merged = layers.reduce<Mapping>((below, layer) => {
    if (layer === null || layer === undefined) return below;
    if (!isMapping(layer)) {
      throw new ConfigError(
        `Cannot use a configuration as it must be a mapping of keys: ${quoted(layer)}`,
        { value: layer },
      );
    }
    return mergeLayers(below, layer);
  }, {});
  return sets.map((set) => typeof set === "string" ? parseSetting(set) : set)
    .reduce(applySetting, merged);
}
