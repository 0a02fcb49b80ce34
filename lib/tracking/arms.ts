import type { Experiment, SettingsLayer } from "./experiment.ts";
import type { EvaluationsRow } from "./frame_columns.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { type ArmsByName, layerOfArm } from "./arm_settings.ts";
import { readFrame } from "./read_frame.ts";
import { type Table, terminalTable } from "./tables.ts";

/** A finished run of an arm, as its frames tell of it. */
export interface ArmRun {
  /** Name of the arm. */
  readonly arm: string;
  /** The run's seed. */
  readonly seed: number;
  /** The run's folder. */
  readonly path: string;
  /** Rows of `evaluations.parquet`. */
  readonly evaluations: readonly EvaluationsRow[];
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
   * Makes the table of some or all of its runs.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The table.
   */
  table(runs: readonly ArmRun[]): Table;
  /**
   * Draws the picture of some or all of its runs.
   *
   * @param runs Finished runs, by seed and arm.
   * @returns The picture.
   */
  plot?(runs: readonly ArmRun[]): PlotSpec;
}

/**
 * An arm as an experiment of its own: the script with the arm's settings in place of its defaults.
 *
 * @param arms The arms.
 * @param arm Name of the arm.
 * @param script The script that they share.
 * @returns The experiment; it goes by the name of the arms and ends with their table.
 */
export function experimentOfArm(arms: Arms, arm: string, script: Experiment): Experiment {
  const { name, summary, minutes, settings } = arms;
  return {
    ...script,
    name,
    script: script.name,
    summary,
    minutes,
    defaults: [...script.defaults ?? [], settings, layerOfArm(arms.arms[arm]!)],
    async run(config, context) {
      await script.run(config, { ...context, tableFollows: true });
      const { seed, run: { path }, log } = context;
      log(`\n${terminalTable(arms.table([await readArmRun({ arm, seed, path })]))}`);
    },
  };
}

/**
 * Reads what the table of an experiment is made from.
 *
 * @param run Where a finished run lies, and what it is.
 * @returns The run with its frames.
 * @throws {RunError} If a frame cannot be read.
 * @throws {CheckpointError} If a frame was changed.
 */
export async function readArmRun(run: Omit<ArmRun, "evaluations">): Promise<ArmRun> {
  const frame = await readFrame(`${run.path}/evaluations.parquet`);
  return { ...run, evaluations: frame.toRecords() as EvaluationsRow[] };
}
