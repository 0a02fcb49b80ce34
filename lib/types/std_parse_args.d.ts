/** Types of the part of `@std/cli/parse-args` that maporl uses. */

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Flags that take a text. */
  string?: readonly string[];
  /** Flags that are there or not. */
  boolean?: readonly string[];
  /** Flags that may stand several times; their values are collected in a list. */
  collect?: readonly string[];
  /** Flags that `--no-<flag>` switches off. */
  negatable?: readonly string[];
  /** Other names of a flag. */
  alias?: Record<string, string | readonly string[]>;
  /** Values of flags that are not given. */
  default?: Record<string, unknown>;
  /** Whether everything after the first positional argument is left as it is. */
  stopEarly?: boolean;
  /** Whether what follows `--` is returned under the key `--`. */
  "--"?: boolean;
  /** Called with every argument that no other option names; false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name; `_` holds the positional arguments. */
export interface Args {
  [flag: string]: unknown;
  _: (string | number)[];
}

/** Flags and positional arguments of a command line. */
export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
