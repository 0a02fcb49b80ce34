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
  /** Its default as YAML on one line, `not set`, or `required`, with the choice that requires it if not all do. */
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
      const required = branch.required?.includes(key)
        ? requiredWith(key, { branch, forms, prefix })
        : null;
      for (const row of rowsOf(child, path, { given, required })) {
        // The same key in several branches of a union is one option with all their values.
        const other = rows.get(row.path);
        const types = new Set([...other?.type.split(" | ") ?? [], ...row.type.split(" | ")]);
        rows.set(row.path, { ...row, ...other, type: [...types].join(" | ") });
      }
    }
  }
  return [...rows.values()];
}

/** That a key has no default, and where that matters: one kind of a section may want it, or none at all. */
function requiredWith(
  key: string,
  { branch, forms, prefix }: {
    readonly branch: SchemaNode;
    readonly forms: readonly SchemaNode[];
    readonly prefix: string;
  },
): string {
  const kinds = forms.filter(({ properties }) => properties !== undefined);
  const [choice] = Object.entries(branch.properties ?? {})
    .flatMap(([name, { const: value }]) => value === undefined ? [] : [`${name}=${value}`]);
  if (choice !== undefined && !kinds.every(({ required }) => required?.includes(key))) {
    return `required with ${prefix === "" ? choice : `${prefix}.${choice}`}`;
  }
  return kinds.length < forms.length ? `required with ${prefix}` : "required";
}

function rowsOf(
  node: SchemaNode,
  path: string,
  { given, required }: { readonly given: unknown; readonly required: string | null },
): OptionRow[] {
  const value = given ?? node.default;
  const below = rowsBelow(node, path, value);
  if (below.length > 0) return below;
  const items = branches(node).map(({ items }) => items).find((form) => typeof form === "object");
  return [
    {
      path,
      type: typeName(node),
      default: value !== undefined ? JSON.stringify(value) : required ?? "not set",
      description: node.description ?? "",
    },
    ...(items ? rowsBelow(items, `${path}.N`, undefined) : []),
  ];
}
