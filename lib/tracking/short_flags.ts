import {
  ConfigError,
  type ConfigProblem,
  type ConfigSchema,
  resolveConfig,
  type Setting,
} from "../core/mod.ts";
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

/**
 * The configuration of an experiment, whose errors name the flag of a setting that is missing and has one.
 *
 * @param experiment Its schema and flags.
 * @param layers Mappings, the lowest first.
 * @param sets Settings, `key.path=value`, laid over them in order.
 * @returns The full configuration.
 * @throws {ConfigError} As `resolveConfig()` does.
 */
export function resolveWithFlags<C>(
  { schema, flags = {} }: {
    readonly schema: ConfigSchema<C>;
    readonly flags?: Experiment["flags"];
  },
  layers: readonly unknown[],
  sets: readonly (string | Setting)[],
): C {
  try {
    return resolveConfig(schema, layers, sets);
  } catch (error) {
    if (!(error instanceof ConfigError) || !Array.isArray(error.value)) throw error;
    const missing = (error.value as ConfigProblem[]).filter(({ message }) =>
      message.endsWith(": missing")
    );
    const given = Object.entries(flags).filter(([, path]) =>
      missing.some((problem) => problem.path === path)
    );
    if (given.length === 0) throw error;
    throw new ConfigError(error.message, {
      thing: error.thing!,
      value: error.value,
      remedy: `Give ${given.map(([flag, path]) => `${path} with --${flag}`).join(", ")}`,
      cause: error,
    });
  }
}
