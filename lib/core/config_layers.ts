import { isMapping, type Mapping } from "./config_schema.ts";
import { ConfigError } from "./errors.ts";
import { printable, quoted } from "./printable.ts";
import { parseYaml } from "./yaml.ts";

/** Most keys of a path, as many as a document has levels. */
const MAX_KEYS = 64;

/** One `key.path=value` of the command line. */
export interface Setting {
  /** The keys from the outermost to the innermost. */
  readonly keys: readonly string[];
  /** The value, read as YAML. */
  readonly value: unknown;
}

/**
 * Reads one `key.path=value`; the value is YAML, so numbers, booleans, null, `[a, b]` and `{a: 1}` work.
 *
 * @param text The setting.
 * @returns Its keys and its value.
 * @throws {ConfigError} If there is no `=`, an empty key, more than 64, or a value that is no YAML.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSetting } from "./config_layers.ts";
 *
 * assertEquals(parseSetting("ppo.betas=[0.9, 0.95]"), { keys: ["ppo", "betas"], value: [0.9, 0.95] });
 * ```
 */
export function parseSetting(text: string): Setting {
  const at = text.indexOf("=");
  const keys = text.slice(0, Math.max(at, 0)).trim().split(".");
  if (at < 0 || keys.some((key) => key === "")) {
    throw new ConfigError(`Cannot use --set as it takes key.path=value: ${quoted(text)}`, {
      thing: "--set",
      value: text,
      remedy: "For example --set discussion.numAgents=3",
    });
  }
  if (keys.length > MAX_KEYS) {
    throw new ConfigError(
      `Cannot use --set as options lie at most ${MAX_KEYS} deep: ${keys.length} keys in ${
        quoted(text)
      }`,
      { thing: "--set", value: text },
    );
  }
  return { keys, value: parseYaml(text.slice(at + 1), `--set ${printable(text, 80)}`) };
}

/** Own property, also for keys that assignment treats specially (`__proto__`). */
function withKey(mapping: Mapping, key: string, value: unknown): Mapping {
  return Object.fromEntries([...Object.entries(mapping).filter(([k]) => k !== key), [key, value]]);
}

/**
 * Lays one configuration over another: mappings are merged key by key, everything else is replaced.
 * A section left empty in YAML (null) changes nothing.
 *
 * @param base The lower layer.
 * @param overlay The upper layer, which wins.
 * @returns A new mapping, or the upper layer where the lower is empty; neither is changed.
 */
export function mergeLayers(base: Mapping, overlay: Mapping): Mapping {
  if (Object.keys(base).length === 0) return overlay;
  // A map and no object: assignment would treat `__proto__` specially.
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged.get(key);
    if (isMapping(below) && value === null) continue;
    merged.set(key, isMapping(below) && isMapping(value) ? mergeLayers(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/**
 * Lays one setting over a configuration.
 *
 * @param config The configuration.
 * @param setting The setting; sections that are missing on its way are made. In a list, a key is the place of
 * an entry that is there, from 0.
 * @returns A new mapping.
 */
export function applySetting(config: Mapping, setting: Setting): Mapping {
  return withSetting(config, setting) as Mapping;
}

function withSetting(below: unknown, { keys, value }: Setting): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(below) && Object.keys(below).includes(key)) {
    const place = Number(key);
    return below.with(place, withSetting(below[place], { keys: rest, value }));
  }
  const section = isMapping(below) ? below : {};
  const inside = Object.hasOwn(section, key) ? section[key] : undefined;
  return withKey(section, key, withSetting(inside, { keys: rest, value }));
}
