import {
  branches,
  type ConfigSchema,
  isMapping,
  type SchemaNode,
  schemaNode,
  typeName,
} from "./config_schema.ts";

/** One option of a configuration, for a help text. */
export interface OptionRow {
  /** Its keys, joined by dots, as `--set` takes them. */
  readonly path: string;
  /** What is allowed. */
  readonly type: string;
  /** Its default as YAML on one line, `required`, or `not set`. */
  readonly default: string;
  /** What it is, with its unit. */
  readonly description: string;
}

/**
 * The options of a schema, one row each, in its order. Those of a list's entries follow the list, with N for
 * their place.
 *
 * @param schema The schema.
 * @param defaults Values that apply before the schema's own defaults: an experiment's own file.
 * @returns The rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 * import { describeOptions } from "./describe_options.ts";
 *
 * const schema = z.strictObject({ numTurns: z.int().min(1).default(3).describe("turns") });
 * assertEquals(describeOptions(schema), [
 *   { path: "numTurns", type: "integer >= 1", default: "3", description: "turns" },
 * ]);
 * ```
 */
export function describeOptions(
  schema: ConfigSchema<unknown>,
  defaults: unknown = {},
): OptionRow[] {
  return rowsBelow(schemaNode(schema), "", defaults);
}

function rowsBelow(node: SchemaNode, prefix: string, defaults: unknown): OptionRow[] {
  const rows = new Map<string, OptionRow>();
  const forms = branches(node);
  for (const branch of forms) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      const given = isMapping(defaults) ? defaults[key] : undefined;
      const isRequired = branch.required?.includes(key) ?? false;
      for (const row of rowsOf(child, path, { given, isRequired })) {
        // The same key in several branches of a union is one option with all their values.
        const other = rows.get(row.path);
        const types = new Set([...other?.type.split(" | ") ?? [], ...row.type.split(" | ")]);
        rows.set(row.path, { ...row, ...other, type: [...types].join(" | ") });
      }
    }
  }
  return [...rows.values()];
}

function rowsOf(
  node: SchemaNode,
  path: string,
  { given, isRequired }: { given: unknown; isRequired: boolean },
): OptionRow[] {
  const value = given ?? node.default;
  const below = rowsBelow(node, path, value);
  if (below.length > 0) return below;
  const items = branches(node).map(({ items }) => items).find((form) => typeof form === "object");
  return [
    {
      path,
      type: typeName(node),
      default: value !== undefined ? JSON.stringify(value) : isRequired ? "required" : "not set",
      description: node.description ?? "",
    },
    ...(items ? rowsBelow(items, `${path}.N`, undefined) : []),
  ];
}
