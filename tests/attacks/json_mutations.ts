/**
 * Damage to JSON and YAML that still reads as such.
 *
 * @module
 */
import fc from "fast-check";
import type { Random } from "../../lib/core/mod.ts";
import { mutateBytes } from "./mutations.ts";

/** Values, as text, that are of another type, too large, or read differently by different readers. */
const STRANGE = [
  ...["null", "true", "false", "0", "-0", "-1", "0.5", "1", "2", "3", "7", "64", "1e7", "1e308"],
  ...["1e999", "-1e999", "9007199254740991", "9007199254740993", "1000000000", "4294967296"],
  ...['""', '"x"', '"1"', '"\\u0000"', '"\\u001b[2Jred"', '"__proto__"', '"NaN"', '"../../x"'],
  ...["[]", "{}", "[null]", '{"a": 1}', "[[[[[[[[[[1]]]]]]]]]]", '{"__proto__": {"a": 1}}'],
];
const STRANGE_KEYS = ["__proto__", "constructor", "toString", "", "\\u001b[31m", "seed", "length"];
/** A key of an object with its value, if that has no further level. */
const PAIR = /"((?:[^"\\]|\\.)*)"\s*:\s*("(?:[^"\\]|\\.)*"|[-\w.+]+|\[[^[\]{}]*\]|\{[^[\]{}]*\})/g;

/**
 * A value as text that no one would write, or that fast-check thinks of.
 *
 * @param random Decides which.
 * @returns JSON, except for numbers beyond it.
 */
export function strangeValue(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.7) return random.choice(STRANGE);
  if (kind < 0.95) return JSON.stringify(drawn(random, fc.jsonValue()));
  if (kind < 0.98) return `"${"long ".repeat(random.integer(1, 20_000))}"`;
  const depth = random.integer(10, 20_000);
  return "[".repeat(depth) + "]".repeat(depth);
}

/**
 * What fast-check draws, repeatable by our own generator.
 *
 * @param random Decides.
 * @param arbitrary What to draw.
 * @returns One value.
 */
export function drawn<T>(random: Random, arbitrary: fc.Arbitrary<T>): T {
  return fc.sample(arbitrary, { seed: random.integer(0, 2 ** 31), numRuns: 1 })[0]!;
}

/** Where code points are drawn from: control characters, letters, marks, surrogates, symbols. */
const PLANES = [[0, 0x20], [0x20, 0x7f], [0x7f, 0x300], [0x300, 0x700], [0x2000, 0x2100], [
  0xd800,
  0xe000,
]]
  .concat([[0xfe00, 0xffff], [0x1d7c0, 0x1d800], [0x1f000, 0x20000], [0, 0x110000]]);

/**
 * Text of any code points, lone surrogates included; fast-check's takes seconds to get ready.
 *
 * @param random Decides.
 * @returns At most 300 code points.
 */
export function anyText(random: Random): string {
  return Array.from({ length: random.integer(0, 301) }, () => {
    const [low, high] = random.choice(PLANES) as [number, number];
    return String.fromCodePoint(random.integer(low, high));
  }).join("");
}

const ROUGH: readonly ((random: Random, text: string) => string)[] = [
  (_, text) => `\ufeff${text}`,
  (_, text) => text.replaceAll("\n", "\r\n"),
  (_, text) => text.replaceAll(/\n\s*/g, " "),
  (_, text) => text.replaceAll(/^( *)/gm, "$1$1"),
  (_, text) => text.trimEnd(),
  (_, text) => `${text}\n\n`,
  (_, text) => `[${text}]`,
  (_, text) => text.replace(/\}\s*$/, ",}"),
  (random) => strangeValue(random),
];

/**
 * Damages a JSON text: other values, missing, doubled, renamed and added keys, other white space, or
 * any damage to its bytes.
 *
 * @param random Decides.
 * @param bytes The text.
 * @returns Another one.
 */
export function mutateJson(
  random: Random,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (random.uniform() < 0.25) return mutateBytes(random, bytes);
  const text = new TextDecoder().decode(bytes);
  if (random.uniform() < 0.12) return encode(random.choice(ROUGH)(random, text));
  const pairs = [...text.matchAll(PAIR)];
  if (pairs.length === 0) return mutateBytes(random, bytes);
  const pair = random.choice(pairs);
  const [whole, key, value] = pair as unknown as [string, string, string];
  const replaced = replacedPair(random, { whole, key, value });
  const edited = text.slice(0, pair.index) + replaced + text.slice(pair.index + whole.length);
  // A removed pair leaves a comma that JSON does not allow.
  return encode(
    replaced === ""
      ? edited.replace(/,(\s*),|,(\s*\})|(\{\s*),/, "$1,$2$3").replace(/,(\s*\})/, "$1")
      : edited,
  );
}

function replacedPair(
  random: Random,
  { whole, key, value }: { whole: string; key: string; value: string },
): string {
  const kind = random.uniform();
  if (kind < 0.5) return `"${key}": ${strangeValue(random)}`;
  if (kind < 0.65 && Number.isFinite(Number(value))) return `"${key}": ${nearValue(random, value)}`;
  if (kind < 0.72) return "";
  if (kind < 0.82) return `"${key}": ${strangeValue(random)}, ${whole}`; // the later one counts
  if (kind < 0.9) return `${whole}, "${key}": ${strangeValue(random)}`;
  if (kind < 0.95) return `"${key}_": ${value}`;
  return `"${random.choice(STRANGE_KEYS)}": ${strangeValue(random)}, ${whole}`;
}

/** A number that could as well be meant. */
function nearValue(random: Random, value: string): string {
  const number = Number(value);
  return String(
    random.choice([number + 1, number - 1, number * 2, number / 2, -number, number * 1.0001]),
  );
}

const YAML_LINES: readonly ((random: Random, line: string) => string)[] = [
  (random, line) => line.replace(/:.*$/, () => `: ${strangeValue(random)}`),
  (random, line) => line.replace(/:.*$/, () => `: ${random.choice(YAML_SCALARS)}`),
  (_, line) => `${line}\n${line}`,
  () => "",
  (_, line) => `\t${line}`,
  (_, line) => `  ${line}`,
  (_, line) => line.trimStart(),
  (_, line) => line.replace(/:.*$/, ":"),
  (random, line) => line.replace(/\w+:/, () => `${random.choice(STRANGE_KEYS)}:`),
];
const YAML_SCALARS = [
  ...["010", "0o17", "0x1F", "1_000", ".5", "+.inf", ".nan", "~", "yes", "off", "1:30", "1e3"],
  ...["2026-01-01", "!!js/function 'x'", "!!binary aGk=", "&a [1, 2]", "*a", "<<: *a", "|\n  x"],
  ...["'", '"', "{", "[", "? x", "%TAG ! tag:x", "--- 1", "\u001b[31m", "\ud800"],
  ...["&a [&b [&c [*c, *c], *b, *b], *a]", "[&x [1,1,1,1], *x, *x, *x, *x]"],
];

/**
 * Damages a YAML text line by line, or byte by byte.
 *
 * @param random Decides.
 * @param bytes The text.
 * @returns Another one.
 */
export function mutateYaml(
  random: Random,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const kind = random.uniform();
  if (kind < 0.25) return mutateBytes(random, bytes);
  if (kind < 0.28) return encode(aliasBomb(random.integer(2, 12)));
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (let rest = random.choice([1, 1, 2, 5]); rest > 0; rest--) {
    const at = random.integer(0, lines.length);
    lines[at] = random.choice(YAML_LINES)(random, lines[at]!);
  }
  return encode(lines.join("\n"));
}

/** A text whose aliases multiply: 9^depth values. */
function aliasBomb(depth: number): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < depth; i++) {
    lines.push(`a${i}: &a${i} [${new Array(9).fill(`*a${i - 1}`).join(", ")}]`);
  }
  return lines.join("\n") + "\n";
}

const encode = (text: string) => new TextEncoder().encode(text);
