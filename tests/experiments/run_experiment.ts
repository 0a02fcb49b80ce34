/**
 * Runs an experiment as the command line does, inside the test's process.
 *
 * @module
 */
import { Random, resolveConfig } from "../../lib/core/mod.ts";
import type { DeviceReport } from "../../lib/device/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  RunFolder,
  silentProgress,
} from "../../lib/tracking/mod.ts";

/** What a test sets. */
export interface RunOptions {
  /** Folder of the run. */
  readonly path: string;
  /** Settings that differ from the defaults. */
  readonly config: object;
  /** Seed; default 0. */
  readonly seed?: number;
  /** Whether the folder holds a run to go on with. */
  readonly resume?: boolean;
  /** Replaces parts of the context, to look in or to interfere. */
  readonly context?: Partial<ExperimentContext>;
}

/** The device of runs that tests make, as a report: it is started already. */
export const DEVICE: DeviceReport = {
  backend: "maporl-cpu",
  name: "a processor",
  products: "any",
  numThreads: 1,
  dtype: "float32",
  reason: "a test",
};

/**
 * Runs an experiment to its end.
 *
 * @param experiment The experiment.
 * @param options Folder, settings, and what to interfere with.
 * @returns What it logged.
 */
export async function runExperiment<C>(
  experiment: Experiment<C>,
  options: RunOptions,
): Promise<string[]> {
  const { path, seed = 0, resume = false } = options;
  const config = resolveConfig(experiment.schema, [options.config], []) as C & object;
  const description = {
    experiment: experiment.name,
    seed,
    config,
    changeable: experiment.changeable,
    device: DEVICE,
    commandLine: [],
  };
  const run = resume
    ? await RunFolder.resume(path, description)
    : await RunFolder.create(description, { out: path });
  const lines: string[] = [];
  try {
    await experiment.run(config, {
      run,
      device: DEVICE,
      seed,
      random: Random.fromSeed(seed),
      signal: new AbortController().signal,
      progress: silentProgress,
      log: (line) => void lines.push(line),
      resumed: resume,
      ...options.context,
    });
    await run.finish("finished");
  } catch (error) {
    await run.finish("failed", String(error));
    throw error;
  }
  return lines;
}

/** Names of all files below a folder, sorted, with `/` between folders. */
export function filesOf(folder: string, prefix: string = ""): string[] {
  const names: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${prefix}`)) {
    const path = `${prefix}${name}`;
    if (isDirectory) names.push(...filesOf(folder, `${path}/`));
    else names.push(path);
  }
  return names.sort();
}
