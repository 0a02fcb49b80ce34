import type { ConfigSchema, Random } from "../core/mod.ts";
import type { DeviceChoice, DeviceReport } from "../device/device.ts";
import type { ShortFlag } from "./command_line.ts";
import type { ProgressReporter } from "./progress.ts";
import type { RunFolder } from "./run_folder.ts";

/** Settings by section, as in a YAML file; what is absent stays as below. */
export type SettingsLayer = Readonly<Record<string, unknown>>;

/**
 * An experiment: a question, its options, and a script that answers it. Each one is a folder
 * `experiments/<name>` whose `run.ts` exports it as `experiment`, with a row in `experiments/registry.ts`.
 */
export interface Experiment<C = unknown> {
  /** Its name on the command line: the name of its folder. */
  readonly name: string;
  /** Name of the folder whose script it runs; default its name. */
  readonly script?: string;
  /** What it shows, in one line. */
  readonly summary: string;
  /** How many minutes it takes and on what, such as `5 to 15 on two cores`. */
  readonly minutes: string;
  /** Its options, with defaults, ranges, units and rules between them: a zod schema. */
  readonly schema: ConfigSchema<C>;
  /** File with the values that it starts from, laid over the schema's defaults: a path or a URL. */
  readonly defaultConfig?: string | URL;
  /** Settings laid over that file, the lowest first. */
  readonly defaults?: readonly SettingsLayer[];
  /** Settings with a flag of their own: what `--model PATH` sets, and so on. */
  readonly flags?: Partial<Readonly<Record<ShortFlag, string>>>;
  /** Options that may change when a run is resumed; whole sections by their path. */
  readonly changeable?: readonly string[];
  /**
   * Those of them that other settings keep from changing.
   *
   * @param config The full configuration.
   * @returns Why, by option.
   */
  fixed?(config: C): Readonly<Record<string, string>>;
  /**
   * Checks sizes against each other, the model and the machine, before anything is made.
   *
   * @param config The full configuration.
   * @param options Whether an earlier run goes on, and where it computes.
   * @returns Lines with the numbers of the run.
   * @throws {ConfigError} If it cannot end well.
   */
  plan?(config: C, options: PlanOptions): Promise<readonly string[]>;
  /**
   * Files and folders that the settings name and that decide results, such as the base model: a finished
   * run counts as that of other settings when they have changed.
   *
   * @param config The full configuration.
   */
  readsFrom?(config: C): readonly string[];
  /**
   * What the settings name and that counts by what is in it, wherever it lies, such as a run whose agents
   * others begin with: runs that name equal ones in different places are found again as the same.
   *
   * @param config The full configuration.
   * @returns SHA-256 by the path as the settings have it.
   */
  contentsOf?(config: C): Promise<Readonly<Record<string, string>>>;
  /**
   * Files and folders that the settings name for results, besides the run's folder. A resumption writes
   * there only if its command line says so.
   *
   * @param config The full configuration.
   */
  writesTo?(config: C): readonly string[];
  /**
   * Answers the question.
   *
   * @param config The full configuration.
   * @param context Folder, device, random streams and reports of this run.
   */
  run(config: C, context: ExperimentContext): Promise<void>;
}

/** What an experiment is planned for. */
export interface PlanOptions {
  /** The run's seed. */
  readonly seed: number;
  /** Whether an earlier run goes on, whose settings stand: what does not fit is said then, not refused. */
  readonly resumed: boolean;
  /** Where it computes. */
  readonly device: DeviceChoice;
}

/** What the command line gives to an experiment. */
export interface ExperimentContext {
  /** Where results go. */
  readonly run: RunFolder;
  /** Where it computes. */
  readonly device: DeviceReport;
  /** The run's seed. */
  readonly seed: number;
  /** The root of the run's random streams. */
  readonly random: Random;
  /**
   * Aborted on Ctrl-C, `kill` and the end of the terminal, with an `InterruptedError` as reason. Check it
   * between steps, save the state, and let `signal.throwIfAborted()` end the run. State is saved before
   * work that can be abandoned: evaluations, plots.
   */
  readonly signal: AbortSignal;
  /** Shows how far long work is. */
  readonly progress: ProgressReporter;
  /** Prints a line for the person at the terminal. */
  readonly log: (line: string) => void;
  /** Whether a table of results follows what the script prints, which then leaves out its own. */
  readonly tableFollows?: boolean;
  /** Whether the folder holds an earlier state to go on from. */
  readonly resumed: boolean;
}
