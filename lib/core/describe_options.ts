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
  /** Its default as YAML on one line, `not set`, or `required`, with the choice that it goes with if not with all. */
  readonly default: string;
  /** What it is, with its unit. */
  readonly description: string;
}

/**
 * The options of a schema, one row each, in its order. Those of a list's entries follow the list, with N for
 * their place, from 0.
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
  const forms = branches(node);
  const kinds = forms.filter(({ properties }) => properties !== undefined);
  const keys = new Set(kinds.flatMap(({ properties }) => Object.keys(properties!)));
  const pathOf = (key: string) => prefix === "" ? key : `${prefix}.${key}`;
  // What has no default matters only where the section is given.
  const section = kinds.length < forms.length ? ` with ${prefix}` : "";
  return [...keys].flatMap((key) => {
    const given = isMapping(defaults) ? defaults[key] : undefined;
    return variantsOf(key, kinds).flatMap(({ child, isRequired, choice }) => {
      const required = isRequired ? `required${choice === null ? section : ""}` : null;
      const rows = rowsOf(child, pathOf(key), { given, required });
      if (choice === null) return rows;
      return rows.map((row) =>
        row.default.startsWith("required with ")
          ? row
          : { ...row, default: `${row.default} with ${pathOf(choice)}` }
      );
    });
  });
}

/** What a key is in some kinds of a section. */
interface Variant {
  readonly child: SchemaNode;
  readonly isRequired: boolean;
  /** The choices that it goes with, `name=a or b`; null where it goes with all. */
  readonly choice: string | null;
}

/** A key of a section of several kinds: one option, unless it is another thing in another kind. */
function variantsOf(key: string, kinds: readonly SchemaNode[]): Variant[] {
  const holders = kinds.filter(({ properties }) => Object.hasOwn(properties!, key));
  const childOf = ({ properties }: SchemaNode) => properties![key]!;
  const isRequired = ({ required }: SchemaNode) => required?.includes(key) ?? false;
  const alike = [
    ...Map.groupBy(holders, (kind) => JSON.stringify([childOf(kind), isRequired(kind)])).values(),
  ];
  const choices = alike.map(choiceOf);
  const isChoice = holders.every((kind) => childOf(kind).const !== undefined);
  if (isChoice || choices.includes(null) || alike[0]!.length === kinds.length) {
    const [first] = alike.map(([kind]) => childOf(kind!));
    const { default: value, description } = first!;
    const all = { anyOf: alike.map(([kind]) => childOf(kind!)), default: value, description };
    const child = alike.length === 1 ? first! : all as SchemaNode;
    return [{ child, isRequired: isRequired(holders[0]!), choice: null }];
  }
  return alike.map(([kind], i) => ({
    child: childOf(kind!),
    isRequired: isRequired(kind!),
    choice: choices[i]!,
  }));
}

/** The constant key of some kinds with their values; null where they have none. */
function choiceOf(kinds: readonly SchemaNode[]): string | null {
  const constants = kinds.map(({ properties }) =>
    Object.entries(properties!).find(([_, { const: value }]) => value !== undefined)
  );
  if (constants.includes(undefined)) return null;
  return `${constants[0]![0]}=${constants.map((entry) => entry![1].const).join(" or ")}`;
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
