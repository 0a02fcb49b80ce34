/** Types of the part of `@std/yaml` that maporl uses. */

/** Which tags are understood: `failsafe` only text, `json` what JSON has, `core` and `default` more. */
export type SchemaType = "failsafe" | "json" | "core" | "default" | "extended";

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /** Whether a key may stand twice in a mapping (the last wins). Default: false. */
  allowDuplicateKeys?: boolean;
  /** Default: `"default"`. */
  schema?: SchemaType;
  /** Called with each warning. */
  onWarning?(error: Error): void;
}

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /** Spaces per level. Default: 2. */
  indent?: number;
  /** Whether items of a list inside a mapping are indented. Default: true. */
  arrayIndent?: boolean;
  /** Whether values that have no YAML form are left out instead of refused. Default: false. */
  skipInvalid?: boolean;
  /** Depth from which the flow style (`{a: 1}`) is used; -1 for never. Default: -1. */
  flowLevel?: number;
  /** Characters per line. Default: 80. */
  lineWidth?: number;
  /** Whether the same object standing twice becomes an anchor and a reference. Default: true. */
  useAnchors?: boolean;
  /** Whether keys are sorted. Default: false. */
  sortKeys?: boolean | ((a: string, b: string) => number);
  /** Default: `"default"`. */
  schema?: SchemaType;
  /** Default: true. */
  compatMode?: boolean;
  /** Default: `"'"`. */
  quoteStyle?: "'" | '"';
}

/** What {@linkcode parse} throws: names line and column. */
export class YamlSyntaxError extends SyntaxError {}
/** The value of one YAML document. */
export function parse(content: string, options?: ParseOptions): unknown;
/** The values of several YAML documents that follow each other in one text. */
export function parseAll(content: string, options?: ParseOptions): unknown[];
/** YAML text of a value. */
export function stringify(data: unknown, options?: StringifyOptions): string;
