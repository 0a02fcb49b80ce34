import {
  branches,
  childNode,
  childNodes,
  type ConfigIssue,
  isMapping,
  type Mapping,
  propertiesAt,
  type SchemaNode,
  typeName,
} from "./config_schema.ts";
import { mergeLayers } from "./config_layers.ts";
import { nearestName } from "./nearest.ts";
import { named, printable, quoted } from "./printable.ts";
import { isUnreadNumber, yamlNumber } from "./yaml.ts";

/** Most options that a message lists. */
const MAX_NAMES = 20;

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
  const ending = (name: string | undefined) =>
    all.find((candidate) => lastKey(candidate) === name && candidate !== path);
  const beside = nearestName(key, allowed);
  return ending(key) ??
    (beside === undefined
      ? ending(nearestName(key, all.map(lastKey)))
      : [...keys, beside].join("."));
}

/** Unknown keys and wrong values that are listed together; the others are counted. */
export const MOST_LISTED = 10;

/** The first problems of a list that may be long, and how many there are. */
class ProblemList {
  readonly listed: ConfigProblem[] = [];
  count = 0;

  /** Counts a problem and lists it if it is among the first; finding the words may take long. */
  add(describe: () => ConfigProblem): void {
    if (++this.count <= MOST_LISTED) this.listed.push(describe());
  }
}

/**
 * Splits a configuration into the part that the schema knows and the keys that it does not know.
 *
 * @param root The schema.
 * @param config The configuration.
 * @returns The known part, with missing sections filled in as empty so that the defaults inside them
 * apply; a problem for each of the first ten unknown keys, naming the nearest valid path and the keys
 * allowed there; and the number of all unknown keys.
 */
export function splitUnknownKeys(
  root: SchemaNode,
  config: Mapping,
): { known: Mapping; problems: ConfigProblem[]; count: number } {
  const unknown = new ProblemList();
  const all = optionPaths(root);
  const walk = (node: SchemaNode, value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, i) => walk(childNode(node, i, value) ?? {}, item, `${path}.${i}`));
    }
    const given = isEmptySection(node, value) ? {} : value;
    const section = isMapping(given) && isMapping(node.default)
      ? mergeLayers(node.default, given)
      : given;
    const allowed = Object.keys(propertiesAt(node, section));
    const isOpen = branches(node).some((form) => form.additionalProperties !== false);
    if (allowed.length === 0 && isOpen && !isMapping(value)) return numberAt(node, value);
    if (!isMapping(section)) return section;
    const childOf = childNodes(node, section);
    const entries: [string, unknown][] = [];
    for (const [key, below] of Object.entries(section)) {
      const child = childOf(key) ?? (allowed.length === 0 && isOpen ? {} : undefined);
      const childPath = () => path === "" ? key : `${path}.${key}`;
      if (child !== undefined) entries.push([key, walk(child, below, childPath())]);
      else unknown.add(() => describeUnknown(childPath(), { above: path, node, allowed, all }));
    }
    const properties = propertiesAt(node, section);
    for (const key of allowed) {
      if (Object.hasOwn(section, key) || properties[key] === undefined) continue;
      if (isEmptySection(properties[key], undefined)) {
        entries.push([key, walk(properties[key], {}, path === "" ? key : `${path}.${key}`)]);
      }
    }
    return Object.fromEntries(entries);
  };
  const known = walk(root, config, "") as Mapping;
  return { known, problems: unknown.listed, count: unknown.count };
}

function describeUnknown(
  path: string,
  { above, node, allowed, all }: {
    readonly above: string;
    readonly node: SchemaNode;
    readonly allowed: readonly string[];
    readonly all: readonly string[];
  },
): ConfigProblem {
  const chooser = chooserOf(node, path.slice(above === "" ? 0 : above.length + 1));
  const nearest = chooser === undefined ? nearestPath(path, allowed, all) : undefined;
  return {
    path,
    message: `${named(path)} is not an option.` +
      (nearest === undefined ? "" : ` Did you mean ${named(nearest)}?`) +
      (chooser === undefined ? "" : ` It goes with ${named(`${above}.${chooser}`)}.`) +
      ` Allowed ${above === "" ? "at the top" : `in ${above}`}: ${allowedNames(allowed)}`,
  };
}

/** What chooses the form that has a key, where another form is chosen: `name=jsonl` of `files`. */
function chooserOf(node: SchemaNode, key: string): string | undefined {
  for (const { properties = {} } of branches(node)) {
    if (!Object.hasOwn(properties, key)) continue;
    const chooser = Object.entries(properties).find(([, form]) => form.const !== undefined);
    if (chooser) return `${chooser[0]}=${chooser[1].const}`;
  }
}

/** All names, as long as they are read at a glance. */
function allowedNames(names: readonly string[]): string {
  return names.length <= MAX_NAMES
    ? names.join(", ")
    : `${names.slice(0, MAX_NAMES).join(", ")} and ${names.length - MAX_NAMES} more, see --help`;
}

/** Numbers of YAML 1.2 that its parser leaves as text, such as `0o20` and `-.5`, where one is expected. */
function numberAt(node: SchemaNode, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const types = branches(node).flatMap(({ type }) => type ?? []);
  const isNumber = types.includes("number") || types.includes("integer");
  return isNumber && !types.includes("string") && isUnreadNumber(value) ? yamlNumber(value) : value;
}

/** Whether a section is empty in YAML, or missing and without a default of its own. */
function isEmptySection(node: SchemaNode, value: unknown): boolean {
  const isEmpty = value === null || (value === undefined && node.default === undefined);
  const forms = branches(node);
  return isEmpty && forms.every(({ type }) => type === "object") &&
    (forms.length === 1 ? node.properties !== undefined : isMapping(node.default));
}

/** Whether a value is a list and never a mapping. */
function isList(node: SchemaNode): boolean {
  const types = branches(node).flatMap(({ type }) => type ?? []);
  return types.includes("array") && !types.includes("object");
}

/** Texts of which a value must be one. */
function choicesOf(node: SchemaNode): string[] {
  const forms = branches(node).flatMap((form) => form.enum ?? [form.const]);
  return forms.filter((choice) => typeof choice === "string");
}

const showValue = (value: unknown) => value === undefined ? "missing" : quoted(value);

/**
 * Turns what zod found into sentences that name the path, what is allowed and what was received.
 *
 * @param root The schema.
 * @param config The configuration that was checked.
 * @param issues What zod found.
 * @returns A problem for each of the first ten issues, and the number of all.
 */
export function describeIssues(
  root: SchemaNode,
  config: Mapping,
  issues: readonly ConfigIssue[],
): { problems: ConfigProblem[]; count: number } {
  // A rule between options says nothing new about an option whose own value is wrong already.
  const pathOf = (issue: ConfigIssue) => issue.path.map(String).join(".");
  const wrong = new Set(issues.filter(({ code }) => code !== "custom").map(pathOf));
  const relevant = issues.filter((issue) => issue.code !== "custom" || !wrong.has(pathOf(issue)));
  const problems = relevant.slice(0, MOST_LISTED).map((issue) => {
    const path = pathOf(issue);
    let node: SchemaNode | undefined = root;
    let value: unknown = config;
    for (const key of issue.path as (string | number)[]) {
      node = node && childNode(node, key, value);
      value = (value as Mapping | undefined)?.[key];
    }
    if (issue.code === "invalid_key") {
      const key = String(issue.path.at(-1));
      const problem = issue.issues?.[0]?.message ?? issue.message;
      return { path, message: `${named(path)} is not an option: ${quoted(key)} ${problem}` };
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
    const [entry] = isList(node!) && isMapping(value) ? Object.keys(value) : [];
    const meant = typeof value === "string" ? nearestName(value, choicesOf(node!)) : undefined;
    const remedy = entry === undefined
      ? meant === undefined ? "" : `. Did you mean ${named(meant)}?`
      : `; entry ${printable(entry, 20)} is not given: write the whole list, ${path}=[...]`;
    return { path, message: `${path} must be ${article}${expected}: ${showValue(value)}${remedy}` };
  });
  return { problems, count: relevant.length };
}
