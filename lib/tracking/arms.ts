import { MaporlError, RunError, shellQuote } from "../core/mod.ts";
import { armColumns, type ArmFrames, columnsOfFrame } from "./arm_columns.ts";
import { type Counting, countingOf } from "./counting.ts";
import type { Experiment, SettingsLayer } from "./experiment.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { type ArmsByName, layerOfArm } from "./arm_settings.ts";
import { readFrame } from "./read_frame.ts";
import { rowsOf } from "./result_frames.ts";
import type { ResultValue } from "./result_values.ts";
import { readRecord } from "./run_record.ts";
import { hasRows, type Table, terminalTable } from "./tables.ts";

/** A finished run of an arm, as its frames tell of it. */
export interface ArmRun extends ArmFrames {
  /** Name of the arm. */
  readonly arm: string;
  /** The run's seed. */
  readonly seed: number;
  /** How its settings want answers counted; absent in committed frames = as in the paper. */
  readonly counting?: Counting;
}

/** Where a finished run of an arm lies, and what it is. */
export interface ArmRunPlace extends Pick<ArmRun, "arm" | "seed"> {
  /** The run's folder. */
  readonly path: string;
}

/**
 * An experiment that compares runs of one script: named layers of settings, seeds, and a table made from
 * the runs' frames. Each one is a folder `experiments/<name>` whose `arms.ts` exports it as `arms`, with
 * a row in `experiments/registry.ts`.
 */
export interface Arms {
  /** Its name on the command line: the name of its folder. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly summary: string;
  /** How many minutes its arms take for one seed, and on what. */
  readonly minutes: string;
  /** Name of the script in the registry. */
  readonly script: string;
  /** Names of the scripts of those arms that run another one, by the arm's name; their frames must be alike. */
  readonly scripts?: Readonly<Record<string, string>>;
  /**
   * Arms whose runs make what others begin with, such as a verifier, and answer no question themselves: they have no
   * frames that tables could be made from.
   */
  readonly prepares?: readonly string[];
  /**
   * Settings of the first arm that name what this repository does not have, such as somebody else's model, with the
   * command that gets it.
   */
  readonly needs?: Readonly<Record<string, string>>;
  /** Flags of its own in place of those of the script. */
  readonly flags?: Experiment["flags"];
  /** Settings of all arms, laid over those of the script. */
  readonly settings: SettingsLayer;
  /**
   * What tells the arms apart: settings by the arm's name, laid over those of all. An arm that begins with
   * what others have made is a function of their runs: `(runOf) => ({ … runOf("alone") … })`.
   */
  readonly arms: ArmsByName;
  /** Seeds of the whole result. */
  readonly seeds: readonly number[];
  /**
   * Whether the report's table over all results has its arms; default true. Those that are asked to discuss otherwise
   * than they were trained to would stand there as if that were what training gives.
   */
  readonly inOverview?: boolean;
  /**
   * Makes the table of some or all of its runs.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The table.
   */
  table(runs: readonly ArmRun[]): Table;
  /**
   * Makes further tables of runs of all arms, such as those that compare ways of answering across arms.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The tables by the names that documents call them by.
   */
  tables?(runs: readonly ArmRun[]): Readonly<Record<string, Table>>;
  /**
   * Draws the picture of some or all of its runs.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The picture.
   */
  plot?(runs: readonly ArmRun[]): PlotSpec;
  /**
   * Draws further pictures of runs of all arms.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The pictures by the names of their files; `picture` is that of `plot()`.
   */
  plots?(runs: readonly ArmRun[]): Readonly<Record<string, PlotSpec>>;
  /**
   * Single numbers that running text of a document names.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The numbers by their names.
   */
  values?(runs: readonly ArmRun[]): Readonly<Record<string, ResultValue>>;
}

/**
 * The script of an arm.
 *
 * @param arms The arms.
 * @param arm Name of the arm.
 * @returns The script's name in the registry.
 */
export function scriptOfArm({ script, scripts = {} }: Arms, arm: string): string {
  return scripts[arm] ?? script;
}

/**
 * An arm as an experiment of its own: the script with the arm's settings in place of its defaults.
 *
 * @param arms The arms.
 * @param arm Name of the arm.
 * @param script The arm's script.
 * @returns The experiment; it goes by the name of the arms and ends with their table.
 */
export function experimentOfArm(arms: Arms, arm: string, script: Experiment): Experiment {
  const { name, summary, minutes, settings, flags, prepares = [] } = arms;
  return {
    ...script,
    ...flags && { flags },
    name,
    script: script.name,
    summary,
    minutes,
    defaults: [...script.defaults ?? [], settings, layerOfArm(arms.arms[arm]!)],
    async run(config, context) {
      if (prepares.includes(arm)) return await script.run(config, context);
      await script.run(config, { ...context, tableFollows: true });
      const { seed, run: { path }, log } = context;
      const table = arms.table([await readArmRun({ arm, seed, path })]);
      if (hasRows(table)) log(`\n${terminalTable(table)}`);
    },
  };
}

/**
 * Reads what the table of an experiment is made from.
 *
 * @param place Where a finished run lies, and what it is.
 * @returns The run with its frames.
 * @throws {RunError} If a frame is missing or damaged, with the command that writes it again; or the run's record is.
 */
export async function readArmRun({ arm, seed, path }: ArmRunPlace): Promise<ArmRun> {
  const frames = await Promise.all(
    Object.keys(armColumns).map(async (key) => {
      const name = key as keyof ArmFrames;
      const frame = await readFrame(`${path}/${name}.parquet`).catch((error) => {
        if (!(error instanceof MaporlError)) throw error;
        const [message] = error.message.split("\n", 1);
        throw new RunError(message!, {
          thing: path,
          remedy: `Write it again from its parts: deno task experiment --resume ${
            shellQuote(path)
          }`,
          cause: error,
        });
      });
      const columns = columnsOfFrame(name, (column) => frame.columns.includes(column));
      return [name, rowsOf({ [name]: frame }, name, columns)];
    }),
  );
  const { config } = await readRecord(path);
  return { arm, seed, counting: countingOf(config), ...Object.fromEntries(frames) as ArmFrames };
}
