import { ConfigError } from "../core/mod.ts";
import type { CommandLine, ShortFlag } from "./command_line.ts";
import type { Experiment } from "./experiment.ts";

/**
 * A command line whose flags for single settings are settings as the others.
 *
 * @param command The command line.
 * @param experiment Whose flags they are.
 * @returns The same with `--model PATH` as `--set model=PATH`, below what `--set` says itself.
 * @throws {ConfigError} If the experiment has no such flag.
 */
export function withFlagsAsSettings(
  command: CommandLine,
  { name, flags = {} }: Pick<Experiment, "name" | "flags">,
): CommandLine {
  const sets = Object.entries(command.shorts).map(([flag, value]) => {
    const path = flags[flag as ShortFlag];
    if (path !== undefined) return `${path}=${value}`;
    throw new ConfigError(`Cannot use --${flag} as ${name} has no such flag`, {
      thing: `--${flag}`,
      value,
      remedy:
        `Give options as --set key.path=value; deno task experiment ${name} --help lists them`,
    });
  });
  return { ...command, sets: [...sets, ...command.sets], shorts: {} };
}
