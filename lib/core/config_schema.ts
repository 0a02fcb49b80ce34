import { z } from "zod";
import type * as zod from "zod";

/** Any zod schema. */
export type ZodSchema = zod.ZodType;

/** A zod schema that gives a `C`, for example one section of a configuration. */
export type SchemaOf<C> = ZodSchema & { readonly _zod: { readonly output: C } };

/** The settings that a zod schema gives, with all defaults filled in. */
export type OutputOf<S extends ZodSchema> = S["_zod"]["output"];

/** Something that checks a configuration: a zod schema, or anything that checks and describes like one. */
export interface ConfigSchema<out C> {
  /** Checks a value; the data has all defaults filled in. */
  safeParse(value: unknown): {
    /** The checked configuration, when it holds. */
    readonly data?: C | undefined;
    /** What is wrong, when it does not hold. */
    readonly error?: { readonly issues: readonly ConfigIssue[] } | undefined;
  };
}

/** Where a rule between options tells what does not hold; zod's refinement context is one. */
export interface IssueList {
  /**
   * Adds a problem.
   *
   * @param issue Kind, path of keys, and a sentence.
   */
  addIssue(issue: { code: "custom"; path: string[]; message: string }): void;
}

/** One thing that a schema found wrong. */
export interface ConfigIssue {
  /** The kind of the problem, by zod's names (`"invalid_type"`, `"custom"` …). */
  readonly code?: string | undefined;
  /** The keys that lead to the value. */
  readonly path: readonly PropertyKey[];
  /** What is wrong, in the schema's words. */
  readonly message: string;
  /** What is wrong with a key, where that is the problem. */
  readonly issues?: readonly { readonly message: string }[] | undefined;
}

/** The part of JSON Schema (keywords of the same names) that describes a configuration. */
export interface SchemaNode {
  /** Type or types of the value. */
  readonly type?: string | readonly string[];
  /** The keys of a mapping. */
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  /** Keys that have no default. */
  readonly required?: readonly string[];
  /** What keys with free names hold. */
  readonly additionalProperties?: boolean | SchemaNode;
  /** What a list holds. */
  readonly items?: boolean | SchemaNode;
  /** What a list of fixed length holds, place by place. */
  readonly prefixItems?: readonly SchemaNode[];
  /** Forms of which one must hold. */
  readonly anyOf?: readonly SchemaNode[];
  /** Forms of which exactly one must hold. */
  readonly oneOf?: readonly SchemaNode[];
  /** Forms that must hold all. */
  readonly allOf?: readonly SchemaNode[];
  /** The values to choose from. */
  readonly enum?: readonly unknown[];
  /** The only value. */
  readonly const?: unknown;
  /** The value when none is given. */
  readonly default?: unknown;
  /** What it is, with its unit. */
  readonly description?: string;
  /** Smallest number. */
  readonly minimum?: number;
  /** Largest number. */
  readonly maximum?: number;
  /** Number that it must exceed. */
  readonly exclusiveMinimum?: number;
  /** Number that it must stay below. */
  readonly exclusiveMaximum?: number;
  /** Number that it must be a multiple of. */
  readonly multipleOf?: number;
  /** Least number of characters. */
  readonly minLength?: number;
  /** Least length of a list. */
  readonly minItems?: number;
  /** Largest length of a list. */
  readonly maxItems?: number;
  /** What a text is: `path` for the path of a file or folder. */
  readonly format?: string;
}

/** A mapping from keys to values, as YAML has it. */
export type Mapping = Record<string, unknown>;

/**
 * Whether a value is a mapping, and no list, null or instance of a class.
 *
 * @param value Anything.
 * @returns Whether it is one.
 */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/**
 * The description of what a schema takes in.
 *
 * @param schema A zod schema.
 * @returns Its outermost node.
 */
export function schemaNode(schema: ConfigSchema<unknown>): SchemaNode {
  return z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }) as SchemaNode;
}

/**
 * The forms of which one must hold; a node that is no union is its own only form.
 *
 * @param node The node.
 * @returns At least one form.
 */
export function branches(node: SchemaNode): readonly SchemaNode[] {
  return (node.oneOf ?? node.anyOf)?.flatMap(branches) ?? [node];
}

/** Whether each constant key of a branch (`kind: "oracle"`) is what the value has. */
function isChosen(branch: SchemaNode, value: Mapping): boolean {
  return Object.entries(branch.properties ?? {}).every(([key, { const: constant }]) =>
    constant === undefined || value[key] === constant
  );
}

/**
 * The keys that a mapping may have at a node: those of the branch that the value chooses, or of all
 * branches while it chooses none.
 *
 * @param node The node.
 * @param value The value there, as far as it is known.
 * @returns The node of each key; empty when the node is no mapping with fixed keys.
 */
export function propertiesAt(
  node: SchemaNode,
  value: unknown,
): Readonly<Record<string, SchemaNode>> {
  const open = branches(node).flatMap((branch) => branch.allOf ?? [branch])
    .filter((branch) => branch.properties !== undefined);
  const chosen = isMapping(value) ? open.filter((branch) => isChosen(branch, value)) : [];
  const properties: Record<string, SchemaNode> = {};
  for (const branch of chosen.length > 0 ? chosen : open) {
    for (const [key, child] of Object.entries(branch.properties ?? {})) {
      const other = properties[key];
      properties[key] = other === undefined ? child : { anyOf: [...branches(other), child] };
    }
  }
  return properties;
}

/**
 * The nodes of the keys below a mapping's node.
 *
 * @param node The node above.
 * @param value The value of the node above, which chooses the branch of a union.
 * @returns Gives the node of a key; undefined when there is none.
 */
export function childNodes(
  node: SchemaNode,
  value: unknown,
): (key: string) => SchemaNode | undefined {
  const free = branches(node).map(({ additionalProperties }) => additionalProperties)
    .find((form) => typeof form === "object");
  const properties = propertiesAt(node, value);
  return (key) => free ?? (Object.hasOwn(properties, key) ? properties[key] : undefined);
}

/**
 * The node of one key or list position below another.
 *
 * @param node The node above.
 * @param key The key or position, which a setting gives as a text.
 * @param value The value of the node above, which chooses the branch of a union.
 * @returns The node; undefined when there is none.
 */
export function childNode(
  node: SchemaNode,
  key: string | number,
  value: unknown,
): SchemaNode | undefined {
  const child = typeof key === "string" ? childNodes(node, value)(key) : undefined;
  if (child !== undefined || !/^\d+$/.test(String(key))) return child;
  return branches(node).map(({ prefixItems, items }) => prefixItems?.[Number(key)] ?? items)
    .find((item) => typeof item === "object");
}

function rangeName(node: SchemaNode): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  const low = exclusiveMinimum ?? (minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum);
  const high = exclusiveMaximum ?? (maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum);
  const isLowOpen = exclusiveMinimum !== undefined, isHighOpen = exclusiveMaximum !== undefined;
  const step = node.multipleOf === undefined ? "" : ` in steps of ${node.multipleOf}`;
  if (low !== undefined && high !== undefined) {
    return ` in ${isLowOpen ? "(" : "["}${low}, ${high}${isHighOpen ? ")" : "]"}${step}`;
  }
  if (low !== undefined) return ` ${isLowOpen ? ">" : ">="} ${low}${step}`;
  if (high !== undefined) return ` ${isHighOpen ? "<" : "<="} ${high}${step}`;
  return step;
}

function listName(node: SchemaNode): string {
  if (node.prefixItems !== undefined) return `[${node.prefixItems.map(typeName).join(", ")}]`;
  const { minItems = 0, maxItems = Infinity } = node;
  const count = minItems === maxItems
    ? ` (${minItems} items)`
    : maxItems < Infinity
    ? ` (${minItems} to ${maxItems} items)`
    : minItems > 0
    ? ` (at least ${minItems} items)`
    : "";
  return `list${count} of ${typeof node.items === "object" ? typeName(node.items) : "values"}`;
}

/**
 * What a node allows, in words: `integer >= 1`, `number in (0, 1]`, `"paper" | "official"`.
 *
 * @param node The node.
 * @returns The words, as they stand in help and error messages.
 */
export function typeName(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  const forms = branches(node);
  if (forms[0] !== node) return [...new Set(forms.map(typeName))].join(" | ");
  const types = typeof node.type === "string" ? [node.type] : node.type ?? [];
  const names = types.map((type) => {
    if (type === "number" || type === "integer") return type + rangeName(node);
    if (type === "string") {
      const kind = node.format === "path" ? "path" : "text";
      return node.minLength === undefined ? kind : `${kind}, not empty`;
    }
    if (type === "boolean") return "true | false";
    if (type === "array") return listName(node);
    return type === "object" ? "mapping" : type;
  });
  return names.length > 0 ? names.join(" | ") : "any value";
}
