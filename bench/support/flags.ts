/**
 * The command lines of measurements.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ConfigError } from "../../lib/core/mod.ts";

/**
 * Reads the flags of a measurement, so that none is passed over in silence.
 *
 * @param args Arguments.
 * @param about The task's name, and the flags that it takes, each with a value.
 * @returns Their values; null when help was asked for.
 * @throws {ConfigError} If an argument is unknown.
 */
export function readFlags<Name extends string>(
  args: readonly string[],
  { task, names }: { readonly task: string; readonly names: readonly Name[] },
): Readonly<Partial<Record<Name, string>>> | null {
  const { help, _: _rest, ...flags } = parseArgs([...args], {
    string: [...names],
    boolean: ["help"],
    unknown: (arg) => {
      throw new ConfigError(`Cannot measure as every argument must be known: ${arg}`, {
        thing: arg,
        remedy: `deno task ${task} --help lists them`,
      });
    },
  });
  return help ? null : flags as Partial<Record<Name, string>>;
}
