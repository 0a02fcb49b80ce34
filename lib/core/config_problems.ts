import {
  branches,
  childNode,
  type ConfigIssue,
  isMapping,
  type Mapping,
  propertiesAt,
  type SchemaNode,
  typeName,
} from "./config_schema.ts";
import { mergeLayers } from "./config_layers.ts";
import { nearestName } from "./nearest.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** The keys, joined by dots; empty for the whole. */
  readonly path: string;
  /** What is wrong and what is allowed, as one sentence without a period. */
  readonly message: string;
}

/**
 * All paths that a configuration can have, in the order of the schema.
 *
 * @param node The schema.
 * @param prefix Path of the node itself.
 * @returns Paths such as `algorithm.clipCoef`.
 */
export function optionPaths(node: SchemaNode, prefix = ""): string[] {
  const paths = branches(node).flatMap((branch) =>
    Object.entries(propertiesAt(branch, undefined)).flatMap(([key, child]) => {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      return [path, ...optionPaths(child, path)];
    })
  );
  return [...new Set(paths)];
}

/** The valid path that was probably meant: the same key elsewhere, a misspelled one here or elsewhere. */
function nearestPath(
  path: string,
  allowed: readonly string[],
  all: readonly string[],
): string | undefined {
  const keys = path.split(".");
  const key = keys.pop()!;
  const lastKey = (candidate: string) => candidate.split(".").pop()!;
  const ending = (name: string | undefined) => all.find((candidate) => lastKey(candidate) === name);
  const beside = nearestName(key, allowed);
  return ending(key) ??
    (beside === undefined
      ? ending(nearestName(key, all.map(lastKey)))
      : [...keys, beside].join("."));
}

/**
 * Splits a configuration into the part that the schema knows and the keys that it does not know.
 *
 * @param root The schema.
 * @param config The configuration.
 * @returns The known part, with missing sections filled in as empty so that the defaults inside them
 * apply, and a problem for each unknown key, naming the nearest valid path and the keys allowed there.
 */
export function splitUnknownKeys(
  root: SchemaNode,
  config: Mapping,
): { known: Mapping; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const all = optionPaths(root);
  const walk = (node: SchemaNode, value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, i) => walk(childNode(node, i, value) ?? {}, item, `${path}.${i}`));
    }
    const properties = propertiesAt(node, value);
    const allowed = Object.keys(properties);
    const isOpen = branches(node).some((form) => form.additionalProperties !== false);
    if (allowed.length === 0 && isOpen && !isMapping(value)) return value;
    const given = isEmptySection(node, value) ? {} : value;
    if (!isMapping(given)) return given;
    const hasDefault = node.type === "object" && isMapping(node.default);
    const section = hasDefault ? mergeLayers(node.default as Mapping, given) : given;
    const entries: [string, unknown][] = [];
    for (const [key, below] of Object.entries(section)) {
      const child = childNode(node, key, section) ??
        (allowed.length === 0 && isOpen ? {} : undefined);
      const childPath = path === "" ? key : `${path}.${key}`;
      if (child !== undefined) {
        entries.push([key, walk(child, below, childPath)]);
        continue;
      }
      const nearest = nearestPath(childPath, allowed, all);
      problems.push({
        path: childPath,
        message: `${childPath} is not an option.` +
          (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
          ` Allowed ${path === "" ? "at the top" : `in ${path}`}: ${allowed.join(", ")}`,
      });
    }
    for (const key of allowed) {
      if (!Object.hasOwn(section, key) && isEmptySection(properties[key]!, undefined)) {
        entries.push([key, walk(properties[key]!, {}, path === "" ? key : `${path}.${key}`)]);
      }
    }
    return Object.fromEntries(entries);
  };
  return { known: walk(root, config, "") as Mapping, problems };
}

/** Whether a section is missing (or empty in YAML) that has defaults inside and none of its own. */
function isEmptySection(node: SchemaNode, value: unknown): boolean {
  return (value === undefined || value === null) && node.type === "object" &&
    node.properties !== undefined && node.default === undefined;
}

const showValue = (value: unknown) => {
  const text = value === undefined ? "missing" : typeof value === "number" // JSON has no NaN and no Infinity
    ? String(value)
    : JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

/**
 * Turns what zod found into sentences that name the path, what is allowed and what was received.
 *
 * @param root The schema.
 * @param config The configuration that was checked.
 * @param issues What zod found.
 * @returns One problem for each issue.
 */
export function describeIssues(
  root: SchemaNode,
  config: Mapping,
  issues: readonly ConfigIssue[],
): ConfigProblem[] {
  // A rule between options says nothing new about an option whose own value is wrong already.
  const pathOf = (issue: ConfigIssue) => issue.path.map(String).join(".");
  const wrong = new Set(issues.filter(({ code }) => code !== "custom").map(pathOf));
  const relevant = issues.filter((issue) => issue.code !== "custom" || !wrong.has(pathOf(issue)));
  return relevant.map((issue) => {
    const path = pathOf(issue);
    let node: SchemaNode | undefined = root;
    let value: unknown = config;
    for (const key of issue.path as (string | number)[]) {
      node = node && childNode(node, key, value);
      value = (value as Mapping | undefined)?.[key];
    }
    if (issue.code === "custom") {
      const isNamed = issue.message.includes(path); // always so for the empty path of the whole
      return { path, message: isNamed ? issue.message : `${path}: ${issue.message}` };
    }
    const expected = node === undefined ? undefined : typeName(node);
    if (expected === undefined || expected === "any value" || issue.code === "invalid_format") {
      return { path, message: `${path}: ${issue.message}: ${showValue(value)}` };
    }
    const article = /^(number|list|mapping)/.test(expected)
      ? "a "
      : /^integer/.test(expected)
      ? "an "
      : "";
    return { path, message: `${path} must be ${article}${expected}: ${showValue(value)}` };
  });
}
