import { applySetting, parseSetting, type Setting } from "./config_layers.ts";
import {
  childNode,
  type ConfigSchema,
  isMapping,
  type Mapping,
  type SchemaNode,
  schemaNode,
} from "./config_schema.ts";
import { isWebAddress } from "./web_address.ts";

/**
 * Whether a path says by itself where it begins.
 *
 * @param path The path, as Unix or Windows write it, or an address of the web, which some settings take in its place.
 * @returns False where it depends on a folder.
 */
export function isAbsolutePath(path: string): boolean {
  return isWebAddress(path) || /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path);
}

/**
 * The path from a folder.
 *
 * @param path Absolute, or relative to the folder.
 * @param folder The folder; undefined leaves the path as it is.
 * @returns The path.
 */
export function pathFrom(path: string, folder: string | undefined): string {
  return folder === undefined || path === "" || isAbsolutePath(path) ? path : `${folder}/${path}`;
}

/** Where the paths of somebody's configuration and settings begin. */
export interface PathOrigin {
  /** Tells which texts are paths: those with the format `path`. */
  readonly schema: ConfigSchema<unknown>;
  /** The folder; undefined leaves all as it is. */
  readonly folder: string | undefined;
}

/**
 * A configuration whose paths begin at a folder.
 *
 * @param config What was given, not yet checked.
 * @param origin The schema and the folder.
 * @returns The same where there is nothing to change.
 */
export function withPathsFrom(config: unknown, { schema, folder }: PathOrigin): unknown {
  if (folder === undefined) return config;
  const walk = (node: SchemaNode | undefined, value: unknown): unknown => {
    if (node === undefined) return value;
    if (Array.isArray(value)) {
      return value.map((below, place) => walk(childNode(node, place, value), below));
    }
    if (isMapping(value)) {
      return Object.fromEntries(
        Object.entries(value).map((
          [key, below],
        ) => [key, walk(childNode(node, key, value), below)]),
      );
    }
    const forms = [node, ...node.anyOf ?? []];
    const isPath = typeof value === "string" && forms.some(({ format }) => format === "path");
    return isPath ? pathFrom(value, folder) : value;
  };
  return walk(schemaNode(schema), config);
}

/**
 * Reads a setting whose paths begin at a folder.
 *
 * @param text `key.path=value`.
 * @param origin The schema and the folder.
 * @returns Its keys and its value.
 * @throws {ConfigError} If it is no setting.
 */
export function settingFrom(text: string, origin: PathOrigin): Setting {
  const { keys, value } = parseSetting(text);
  let below = withPathsFrom(applySetting({}, { keys, value }), origin);
  for (const key of keys) below = (below as Mapping)[key];
  return { keys, value: below };
}
