/**
 * YAML as configurations use it: one document of bounded size with the scalars of YAML 1.2's core schema.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { ConfigError } from "./errors.ts";

/** Most characters of a document. */
const MAX_LENGTH = 2 ** 20;
/** Most values of a document, each alias counted with all that it stands for. */
const MAX_VALUES = 200_000;
/** Most levels of sections and lists within each other. */
const MAX_DEPTH = 64;

/** YAML 1.2.2, section 10.3.2: integers, octal and hexadecimal numbers, and floats. */
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * The number that a plain scalar stands for in YAML 1.2: `020` is twenty, `0o20` sixteen, `1_000` and
 * `0b11` are text.
 *
 * @param text The scalar.
 * @returns The number; undefined where it is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { yamlNumber } from "./yaml.ts";
 *
 * assertEquals(["020", "0o20", "0x1F", "-.5", "1_000"].map(yamlNumber), [20, 16, 31, -0.5, undefined]);
 * ```
 */
export function yamlNumber(text: string): number | undefined {
  if (INTEGER.test(text) || FLOAT.test(text)) return Number(text);
  if (!NOT_FINITE.test(text)) return undefined;
  return /nan/i.test(text) ? NaN : text.startsWith("-") ? -Infinity : Infinity;
}

/**
 * Whether a text is a number of YAML 1.2 that {@linkcode parseYaml} leaves as text, as it cannot tell
 * whether it stood in quotes: `08`, `0o20`, `-.5`.
 *
 * @param text The text.
 * @returns True where a number is meant if one is expected.
 */
export function isUnreadNumber(text: string): boolean {
  return yamlNumber(text) !== undefined && typeof parse(text, { schema: "core" }) === "string";
}

/**
 * Reads YAML with JSON's types and YAML's comments; dates stay text, and so do numbers of YAML 1.1 that
 * YAML 1.2 does not know (`1_000`, `0b11`).
 *
 * @param text The YAML text.
 * @param source Where it is from, for the error: a path or a flag.
 * @returns The value, each alias a copy of its own; null for an empty text.
 * @throws {ConfigError} If it is no YAML, too long, too deep, refers to itself, or is indented with tabs,
 * naming the source and, where there is one, the line.
 */
export function parseYaml(text: string, source: string): unknown {
  const refuse = (expected: string, details: { remedy?: string; cause?: unknown } = {}): never => {
    throw new ConfigError(`Cannot read ${source} as ${expected}`, {
      thing: source,
      value: text,
      ...details,
    });
  };
  if (text.length > MAX_LENGTH) {
    refuse(`YAML must have at most ${MAX_LENGTH} characters: it has ${text.length}`);
  }
  const tabbed = tabbedLine(text);
  if (tabbed > 0) {
    refuse(`YAML must be indented with spaces: line ${tabbed} begins with a tab`, {
      remedy: `Replace the tab of line ${tabbed} by spaces`,
    });
  }
  try {
    // The parser knows numbers of YAML 1.1 only; as text it gives what was written, to be read again.
    const value = parse(text, { schema: "core" });
    return readAgain(value, parse(text, { schema: "failsafe" }));
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      refuse(`sections must lie at most ${MAX_DEPTH} deep: they lie deeper`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      error instanceof TooMuch ? reason : `it must be YAML: ${reason}`,
      { cause: error },
    );
  }
}

/** A document that is YAML but has no end, or none in sight. */
class TooMuch extends Error {}

/** The parser's value with the numbers that YAML 1.2 reads in the same text. */
function readAgain(value: unknown, written: unknown): unknown {
  let numValues = 0;
  const above = new Set<unknown>();
  const walk = (value: unknown, written: unknown): unknown => {
    if (++numValues > MAX_VALUES) {
      throw new TooMuch(`there must be at most ${MAX_VALUES} values: aliases make more of them`);
    }
    if (typeof value === "number") {
      const text = written as string;
      return yamlNumber(text) ?? text;
    }
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) throw new TooMuch("a value cannot hold itself: an alias refers to it");
    if (above.size >= MAX_DEPTH) {
      throw new TooMuch(`sections must lie at most ${MAX_DEPTH} deep: they lie deeper`);
    }
    above.add(value);
    const copy = Array.isArray(value)
      ? value.map((item, i) => walk(item, (written as unknown[])[i]))
      : Object.fromEntries(
        Object.entries(written as object).map(([key, text]) => [
          key,
          walk(below(value as Record<string, unknown>, key), text),
        ]),
      );
    above.delete(value);
    return copy;
  };
  return walk(value, written);
}

/** The entry of a key as it was written: a plain `020` is the key 16 to the parser. */
function below(mapping: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(mapping, key)
    ? mapping[key]
    : mapping[String(parse(key, { schema: "core" }))];
}

/** The first line that is indented with a tab, from 1; 0 if none is. JSON, which is YAML too, may be. */
function tabbedLine(text: string): number {
  if (/^\s*[[{]/.test(text)) return 0;
  return text.split("\n").findIndex((line) => /^ *\t\s*[^\s#]/.test(line)) + 1;
}
