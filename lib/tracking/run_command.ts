import {
  ConfigError,
  named,
  pathFrom,
  Random,
  readYaml,
  settingFrom,
  withPathsFrom,
} from "../core/mod.ts";
import type { DeviceChoice, DeviceOptions, DeviceReport } from "../device/device.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import { checkChanges } from "./check_changes.ts";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { endRun, firstError } from "./end_run.ts";
import { exitCodeOf, exitCodes } from "./exit_codes.ts";
import type { Experiment, SettingsLayer } from "./experiment.ts";
import { finishedLine } from "./finished_run.ts";
import { helpText, listText } from "./help_text.ts";
import { listenForInterruption } from "./interruption.ts";
import { loadExperiment, readDefaults } from "./load_experiment.ts";
import { guardConsole, printError, printLine } from "./output.ts";
import { runSeed } from "./run_seed.ts";
import { reportProgress, standardOutput } from "./progress.ts";
import type { Registry } from "./registry.ts";
import {
  checkGoingOn,
  checkOutside,
  deviceOfResumed,
  linkedFolders,
  resumedConfig,
} from "./resumption.ts";
import { readRun } from "./run_config.ts";
import { RunFolder } from "./run_folder.ts";
import { resolveWithFlags, withFlagsAsSettings } from "./short_flags.ts";

/** What a command line works with. */
export interface CommandOptions {
  /** All experiments. */
  readonly registry: Registry;
  /** Where relative paths begin that the user gives; absent = where the process runs. */
  readonly folder?: string | undefined;
  /**
   * Small budgets for `--quick`; absent = there are none.
   *
   * @param script Name of a script.
   * @returns Gives the settings that are laid over a full configuration.
   * @throws {ConfigError} If there are none for the script.
   */
  readonly quickSettings?: (script: string) => (config: object) => SettingsLayer;
  /** Starts the device; gives what it is, and the line that tells of it. */
  startDevice(
    choice: DeviceChoice,
    options: Pick<DeviceOptions, "dtype">,
  ): Promise<{ report: DeviceReport; line: string }>;
}

/**
 * Does what a command line asks for: lists experiments, explains one, runs one, or goes on with a run.
 * Ctrl-C, `kill` and a closed terminal let the current step finish and the state be saved; Ctrl-C once
 * more ends at once. What cannot be shown, as the reader has gone, is left out.
 *
 * @param args The arguments.
 * @param options Registry and device.
 * @returns The exit code.
 */
export async function runCommand(
  args: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const isDebug = args.includes("--debug");
  try {
    const command = fromFolder(parseCommandLine(args), options.folder);
    if (command.resume !== undefined && !command.help) {
      const prepared = await prepareResumed(command, command.resume, options);
      if (typeof prepared !== "string") return await runExperiment(prepared, args, options);
      printLine(prepared);
      return exitCodes.done;
    }
    if (command.name === undefined) {
      const names = Object.keys(options.registry);
      const all = await Promise.all(names.map((name) => loadExperiment(name, options.registry)));
      printLine(listText(all.map(({ experiment }) => experiment)));
      return exitCodes.done;
    }
    const loaded = await loadExperiment(command.name, options.registry, command.arms);
    const { experiment, arms } = loaded;
    const defaults = await readDefaults(experiment);
    if (command.help) {
      printLine(helpText(loaded, defaults));
      return exitCodes.done;
    }
    checkGoingOn(command, arms);
    const asked = withFlagsAsSettings(command, experiment);
    const { quickSettings } = options;
    if (arms && Object.keys(arms.arms).length > 1) {
      return await runSeed(arms, asked, {
        ...options,
        schema: experiment.schema,
        ...command.quick && quickSettings &&
          { over: (config, script) => quickSettings(script)(config) },
        run: (args) => runCommand(args, { ...options, folder: undefined }),
      });
    }
    return await runExperiment(
      await prepareNew(asked, experiment, { ...options, defaults }),
      args,
      options,
    );
  } catch (error) {
    printError(error, { isDebug });
    return exitCodeOf(error, { isRunning: false });
  }
}

/** What is known before the run's folder is touched. */
interface PreparedRun {
  readonly command: CommandLine;
  readonly experiment: Experiment;
  readonly config: object;
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly dtype: ProductDtype;
  readonly resume: string | undefined;
  /** Where it may write besides the run's folder. */
  readonly places: readonly string[];
  /** What the experiment says of its sizes. */
  readonly plan: readonly string[];
}

/** The command line with paths that begin where the user stands. */
function fromFolder(command: CommandLine, folder: string | undefined): CommandLine {
  const from = (path: string | undefined) => path && pathFrom(path, folder);
  return {
    ...command,
    configs: command.configs.map((path) => pathFrom(path, folder)),
    out: from(command.out),
    resume: from(command.resume),
  };
}

async function prepareNew(
  command: CommandLine,
  experiment: Experiment,
  { defaults, folder, quickSettings }: CommandOptions & { readonly defaults: unknown },
): Promise<PreparedRun> {
  const origin = { schema: experiment.schema, folder };
  const layers = [defaults];
  for (const path of command.configs) layers.push(withPathsFrom(await readYaml(path), origin));
  const sets = command.sets.map((set) => settingFrom(set, origin));
  const full = resolveWithFlags(experiment, layers, sets) as object;
  const { name, script = name } = experiment;
  const budgets = command.quick ? quickSettings?.(script)(full) : undefined;
  const config = budgets === undefined
    ? full
    : resolveWithFlags(experiment, [...layers, budgets], sets) as object;
  const { seed = 0, device = "auto", dtype = "float32" } = command;
  const plan = await experiment.plan?.(config, { seed, resumed: false, device }) ?? [];
  const places = experiment.writesTo?.(config) ?? [];
  return { command, experiment, config, seed, device, dtype, resume: undefined, places, plan };
}

/** What goes on with a run; a line to say where nothing is left to do. */
async function prepareResumed(
  command: CommandLine,
  path: string,
  { registry, folder }: CommandOptions,
): Promise<PreparedRun | string> {
  const record = await readRun(path);
  const fixed = {
    "--config": command.configs.length > 0,
    "--quick": command.quick,
    "--arm": command.arms.length > 0,
    "--seed": command.seed !== undefined && command.seed !== record.seed,
    "--out": command.out !== undefined,
    [`${command.name}`]: command.name !== undefined && command.name !== record.experiment,
  };
  const conflict = Object.entries(fixed).find(([_, isGiven]) => isGiven)?.[0];
  if (conflict !== undefined) {
    throw new ConfigError(
      `Cannot use ${conflict} with --resume as the run keeps what it was started with: ` +
        `${record.experiment}, seed ${record.seed}, ${named(path)}`,
      { thing: conflict, remedy: `Leave out ${conflict}, or start a new run without --resume` },
    );
  }
  const { experiment } = await loadExperiment(record.experiment, registry);
  const origin = { schema: experiment.schema, folder };
  const { sets: given } = withFlagsAsSettings(command, experiment);
  const sets = given.map((set) => settingFrom(set, origin));
  const changed = resumedConfig(experiment, record.config, sets);
  checkChanges(path, changed, experiment);
  const finished = await finishedLine(path, { record, changed, command, experiment });
  if (finished !== undefined) return finished;
  const config = changed.after;
  const { allowOutside } = command;
  const places = [...experiment.writesTo?.(config) ?? [], ...await linkedFolders(path)];
  checkOutside(path, places, { sets, allowOutside });
  const { seed } = record;
  const { device, dtype } = deviceOfResumed(command, record);
  const plan = await experiment.plan?.(config, { seed, resumed: true, device }) ?? [];
  return { command, experiment, config, seed, device, dtype, resume: path, places, plan };
}

async function runExperiment(
  prepared: PreparedRun,
  args: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const { command, experiment, config, seed, dtype, resume, places, plan } = prepared;
  using _console = guardConsole();
  const progress = reportProgress(
    command.quiet ? { ...standardOutput(), write: () => {} } : standardOutput(),
  );
  const log = (line: string) => progress.log(line);
  using interruption = listenForInterruption(() =>
    log("Stopping after this step and saving; Ctrl-C again stops at once")
  );
  const { report: device, line } = await options.startDevice(prepared.device, { dtype });
  if (interruption.signal.aborted) return interruption.exitCode; // there is nothing to save yet
  const { name, script = name, changeable } = experiment;
  const description = {
    experiment: name,
    script,
    seed,
    config,
    changeable,
    device,
    commandLine: args,
  };
  const { allowOtherDevice: allowsOtherDevice } = command;
  const run = resume === undefined
    ? await RunFolder.create(description, {
      out: command.out,
      // Said in full to somebody who stands elsewhere.
      ...(options.folder === undefined ? {} : { root: `${Deno.cwd()}/runs` }),
    })
    : await RunFolder.resume(resume, { ...description, allowsOtherDevice });
  log(line);
  log(`run: ${run.path}${resume === undefined ? "" : " (resumed)"}`);
  for (const line of plan) log(line);
  run.notes.forEach(log);
  let problem: { readonly error: unknown } | undefined;
  try {
    await experiment.run(config, {
      run,
      device,
      seed,
      random: Random.fromSeed(seed),
      signal: interruption.signal,
      progress,
      log,
      resumed: resume !== undefined,
    });
  } catch (error) {
    problem = { error: firstError(error) };
  }
  progress.end();
  return await endRun(run, problem, { args, interruption, places, isDebug: command.debug });
}
