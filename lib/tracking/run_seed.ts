import {
  ConfigError,
  type ConfigSchema,
  readYaml,
  settingFrom,
  withPathsFrom,
} from "../core/mod.ts";
import type { ArmRunPlace, Arms } from "./arms.ts";
import type { ArmConfigsOptions } from "./arm_configs.ts";
import { needsOf } from "./arm_settings.ts";
import { baselineTables } from "./baselines_of_arms.ts";
import type { CommandLine } from "./command_line.ts";
import { printLine } from "./output.ts";
import { pickArms } from "./pick_arms.ts";
import type { Registry } from "./registry.ts";
import { runArms } from "./run_arms.ts";
import { type Table, terminalTable } from "./tables.ts";

/** What {@linkcode runSeed} works with. */
export interface SeedOptions {
  /** All experiments. */
  readonly registry: Registry;
  /** The script's settings. */
  readonly schema: ConfigSchema<unknown>;
  /** Where relative paths begin that the user gives; absent = where the process runs. */
  readonly folder?: string | undefined;
  /** Settings that are laid over everything; absent = none. */
  readonly over?: ArmConfigsOptions["over"];
  /** Does what a command line asks for, and gives its exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/**
 * Runs the arms of an experiment for one seed, all or those that are wanted, and prints its tables and where
 * the runs lie.
 *
 * @param all More than one arm.
 * @param command What the user asked for.
 * @param options Registry, schema, and what runs a command line.
 * @returns The exit code.
 * @throws {ConfigError} If the command line does not fit several runs.
 */
export async function runSeed(
  all: Arms,
  command: CommandLine,
  options: SeedOptions,
): Promise<number> {
  const arms = pickArms(all, command.arms);
  const { registry, schema, folder, run, over } = options;
  const { seed = 0, dtype = "float32", device, quiet, debug, configs, sets, out } = command;
  const root = folder === undefined ? "runs/kept" : `${Deno.cwd()}/runs/kept`;
  if (out !== undefined) {
    throw new ConfigError(
      `Cannot use --out with ${arms.name} as it has a run for each arm: ` +
        Object.keys(arms.arms).join(", "),
      { thing: "--out", remedy: `Leave it out: runs are kept in ${root}` },
    );
  }
  const origin = { schema, folder };
  const layers = await Promise.all(
    configs.map(async (path) => withPathsFrom(await readYaml(path), origin)),
  );
  for (const line of begunLines(arms, command.arms)) printLine(line);
  const { code, runs, places } = await runArms(arms, {
    registry,
    seeds: [seed],
    layers,
    sets: sets.map((set) => settingFrom(set, origin)),
    ...over && { over },
    root,
    dtype,
    flags: [
      ...(device === undefined ? [] : ["--device", device]),
      ...(quiet ? ["--quiet"] : []),
      ...(debug ? ["--debug"] : []),
    ],
    goOnFlags: command.allowOtherDevice ? ["--allow-other-device"] : [],
    run,
  });
  if (code !== 0) return code;
  const further = { ...baselineTables(runs), ...arms.tables?.(runs) };
  for (const table of [...Object.values(further), arms.table(runs)]) {
    printLine(`\n${terminalTable(table)}`);
  }
  printLine(`\n${terminalTable(placesTable(arms, places))}`);
  return code;
}

/** Says which arms run that nobody asked for. */
function begunLines({ arms }: Arms, wanted: readonly string[]): string[] {
  if (wanted.length === 0) return [];
  return Object.entries(arms).flatMap(([arm, settings]) => {
    const others = [...needsOf(settings)].filter((other) => !wanted.includes(other));
    if (others.length === 0) return [];
    return [`"${arm}" begins with what others have trained, which run first: ${others.join("; ")}`];
  });
}

/** Where the run of each arm lies: its folder goes by its settings, which other experiments may share. */
function placesTable({ name }: Arms, places: readonly ArmRunPlace[]): Table {
  return {
    title: `Where the run of each arm of ${name} lies`,
    columns: [{ title: "arm" }, { title: "folder" }],
    rows: places.map(({ arm, path }) => [arm, path]),
  };
}
