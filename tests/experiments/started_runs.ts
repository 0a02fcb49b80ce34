/**
 * Small runs whose agents others begin with.
 *
 * @module
 */
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import { DamagedFolder } from "../attacks/damaged_folder.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

/** A new run, as its plan is asked for. */
export const NEW = { seed: 0, resumed: false, device: "cpu" } as const;

/** A folder with two finished runs and their base model. */
export interface Sources {
  readonly folder: string;
  readonly base: string;
  /** Two updates of two agents that share their parameters. */
  readonly shared: string;
  /** Two updates of two agents of which the first was frozen. */
  readonly second: string;
}

let made: Promise<{ readonly sources: Sources; readonly files: DamagedFolder }> | undefined;

/** Runs a test with the sources as they were made; it may change them. */
export async function withSources(test: (sources: Sources) => Promise<void>): Promise<void> {
  made ??= makeSources();
  const { sources, files } = await made;
  files.restoreAll();
  await test(sources);
}

async function makeSources() {
  const folder = await Deno.makeTempDir({ prefix: "maporl-test-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const base = await saveTinyBase(folder);
  const [shared, second] = [`${folder}/shared`, `${folder}/second`];
  await runExperiment(experiment, { path: shared, config: settings(base, { updates: 2 }) });
  await runExperiment(experiment, {
    path: second,
    config: { ...settings(base, { updates: 2 }), seats: [{ frozen: true }, {}] },
  });
  return { sources: { folder, base, shared, second }, files: new DamagedFolder(folder) };
}

/** Settings with large steps, so that a run's answers are others than those of its base model. */
export const settings = (base: string, algorithm: object = {}) => ({
  ...tinyQuickstart(base, { learningRate: 0.05, warmupSteps: 0, ...algorithm }),
  task: { name: "arithmetic", difficulty: 1 },
});

/** Settings of a run with these seats; null = as without an entry. */
export const started = (
  base: string,
  seats: readonly (object | null)[],
  algorithm: object = {},
) => ({ ...settings(base, algorithm), seats: seats.map((seat) => seat ?? {}) });

/** Resolved settings. */
export const configOf = (config: object, ...sets: string[]): MaporlConfig =>
  resolveConfig(maporlSchema, [config], sets) as MaporlConfig;
