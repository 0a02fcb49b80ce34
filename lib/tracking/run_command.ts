import {
  ConfigError,
  fileError,
  InterruptedError,
  MaporlError,
  nearestName,
  parseYaml,
  Random,
  resolveConfig,
} from "../core/mod.ts";
import type { DeviceChoice, DeviceOptions, DeviceReport } from "../device/device.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { differingPaths } from "./differing_paths.ts";
import type { Experiment, Registry } from "./experiment.ts";
import { helpText, listText } from "./help_text.ts";
import { type ProgressReporter, reportProgress, standardOutput } from "./progress.ts";
import { checkOutside, deviceOfResumed, nextStep } from "./resumption.ts";
import { readRun } from "./run_config.ts";
import { RunFolder } from "./run_folder.ts";

/** What a command line works with. */
export interface CommandOptions {
  /** All experiments. */
  readonly registry: Registry;
  /** Starts the device; gives what it is, and the line that tells of it. */
  startDevice(
    choice: DeviceChoice,
    options: Pick<DeviceOptions, "dtype">,
  ): Promise<{ report: DeviceReport; line: string }>;
}

/** Exit codes: done, failed, refused before it started, interrupted by Ctrl-C. */
export const exitCodes = { done: 0, failed: 1, refused: 2, interrupted: 130 } as const;

/**
 * Does what a command line asks for: lists experiments, explains one, runs one, or goes on with a run.
 * Ctrl-C lets the current step finish and the state be saved; a second one ends at once.
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
    const command = parseCommandLine(args);
    if (command.resume !== undefined && !command.help) {
      return await runExperiment(
        await prepareResumed(command, command.resume, options),
        args,
        options,
      );
    }
    if (command.name === undefined) {
      const names = Object.keys(options.registry);
      console.log(listText(await Promise.all(names.map((name) => load(name, options.registry)))));
      return exitCodes.done;
    }
    const experiment = await load(command.name, options.registry);
    const defaults = await readDefaults(experiment);
    if (command.help) {
      console.log(helpText(experiment, defaults));
      return exitCodes.done;
    }
    return await runExperiment(await prepareNew(command, experiment, defaults), args, options);
  } catch (error) {
    printError(error, isDebug);
    return error instanceof MaporlError ? exitCodes.refused : exitCodes.failed;
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
}

async function load(name: string, registry: Registry): Promise<Experiment> {
  if (Object.hasOwn(registry, name)) return (await registry[name]!()).experiment;
  const names = Object.keys(registry);
  const nearest = nearestName(name, names);
  throw new ConfigError(
    `Cannot run ${name} as there is no such experiment.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
      ` There are: ${names.join(", ")}`,
    { thing: name, remedy: "deno task experiment lists them with a line each" },
  );
}

async function readConfig(path: string | URL): Promise<unknown> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw fileError(error, String(path), "read");
  });
  return parseYaml(text, String(path));
}

async function readDefaults({ defaultConfig }: Experiment): Promise<unknown> {
  return defaultConfig === undefined ? {} : await readConfig(defaultConfig);
}

async function prepareNew(
  command: CommandLine,
  experiment: Experiment,
  defaults: unknown,
): Promise<PreparedRun> {
  const layers = [defaults];
  for (const path of command.configs) layers.push(await readConfig(path));
  const config = resolveConfig(experiment.schema, layers, command.sets) as object;
  const { seed = 0, device = "auto", dtype = "float32" } = command;
  return { command, experiment, config, seed, device, dtype, resume: undefined };
}

async function prepareResumed(
  command: CommandLine,
  path: string,
  { registry }: CommandOptions,
): Promise<PreparedRun> {
  const record = await readRun(path);
  const given = {
    "--config": command.configs.length > 0,
    "--seed": command.seed !== undefined && command.seed !== record.seed,
    "--out": command.out !== undefined,
    [`${command.name}`]: command.name !== undefined && command.name !== record.experiment,
  };
  const conflict = Object.entries(given).find(([_, isGiven]) => isGiven)?.[0];
  if (conflict !== undefined) {
    throw new ConfigError(
      `Cannot use ${conflict} with --resume as the run keeps what it was started with: ` +
        `${record.experiment}, seed ${record.seed}, ${path}`,
      { thing: conflict, remedy: `Leave out ${conflict}, or start a new run without --resume` },
    );
  }
  const experiment = await load(record.experiment, registry);
  // Both sides resolved, so that options newer than the run do not count as changed.
  const before = resolveConfig(experiment.schema, [record.config]) as object;
  const config = resolveConfig(experiment.schema, [record.config], command.sets) as object;
  const changeable = experiment.changeable ?? [];
  const changed = differingPaths({ ...before }, { ...config }).filter((option) =>
    !changeable.some((allowed) => option === allowed || option.startsWith(`${allowed}.`))
  );
  if (changed.length > 0) {
    throw new ConfigError(
      `Cannot resume ${path} with another ${changed.join(", ")} as that would be another run`,
      {
        thing: changed[0]!,
        remedy: changeable.length > 0
          ? `On --resume may change: ${changeable.join(", ")}`
          : "Start a new run without --resume",
      },
    );
  }
  checkOutside(path, experiment.writesTo?.(config) ?? [], command);
  const { seed } = record;
  return { command, experiment, config, seed, ...deviceOfResumed(command, record), resume: path };
}

async function runExperiment(
  prepared: PreparedRun,
  args: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const { command, experiment, config, seed, dtype, resume } = prepared;
  const { report: device, line } = await options.startDevice(prepared.device, { dtype });
  const { name, changeable } = experiment;
  const description = { experiment: name, seed, config, changeable, device, commandLine: args };
  const { allowOtherDevice: allowsOtherDevice } = command;
  const run = resume === undefined
    ? await RunFolder.create(description, { out: command.out })
    : await RunFolder.resume(resume, { ...description, allowsOtherDevice });
  const progress = reportProgress(
    command.quiet ? { ...standardOutput(), write: () => {} } : standardOutput(),
  );
  const log = (line: string) => progress.log(line);
  log(line);
  log(`run: ${run.path}${resume === undefined ? "" : " (resumed)"}`);
  run.notes.forEach(log);
  const interruption = listenForInterruption(progress);
  try {
    await experiment.run(config, {
      run,
      device,
      random: Random.fromSeed(seed),
      signal: interruption.signal,
      progress,
      log,
      resumed: resume !== undefined,
    });
    await run.finish("finished");
    return exitCodes.done;
  } catch (error) {
    const isInterrupted = error instanceof InterruptedError;
    const message = error instanceof Error ? error.message : String(error);
    progress.end();
    if (isInterrupted) console.error(`Interrupted; what was saved is in ${run.path}`);
    else printError(error, command.debug);
    // Reported after what went wrong first: a full disk takes no record of itself either.
    await run.finish(isInterrupted ? "interrupted" : "failed", isInterrupted ? null : message)
      .catch((second) => printError(second, command.debug));
    const places = experiment.writesTo?.(config) ?? [];
    console.error(await nextStep(run.path, places, { isInterrupted }));
    return isInterrupted ? exitCodes.interrupted : exitCodes.failed;
  } finally {
    interruption.stop();
  }
}

/** Turns Ctrl-C into an aborted signal, a second one into the end of the process. */
function listenForInterruption(progress: ProgressReporter): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) Deno.exit(exitCodes.interrupted);
    progress.log("Stopping after this step and saving; Ctrl-C again stops at once");
    controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
  };
  // Windows has no SIGTERM.
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => names.forEach((name) => Deno.removeSignalListener(name, onSignal)),
  };
}

function printError(error: unknown, isDebug: boolean): void {
  if (error instanceof MaporlError && !isDebug) console.error(`error: ${error.message}`);
  else console.error(error);
}
