/**
 * Runs that are found again by what decides their results, so that nothing is computed twice.
 *
 * @module
 */
import {
  canonicalJson,
  CheckedFolder,
  CheckpointError,
  digestOf,
  type Mapping,
  pathExists,
  someOf,
} from "../core/mod.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import { codeHash, filesHash } from "./code_hash.ts";
import { differingPaths } from "./differing_paths.ts";
import type { Experiment } from "./experiment.ts";
import { holdsNothing } from "./run_place.ts";
import { readRecord, type RunRecord } from "./run_record.ts";

/** A run that is wanted. */
export interface WantedRun {
  /** The script. */
  readonly experiment: Experiment;
  /** Its full configuration. */
  readonly config: object;
  /** Its seed. */
  readonly seed: number;
  /** What the factors of products are rounded to. */
  readonly dtype: ProductDtype;
}

/** What decides a run's results, as hashes. */
export interface RunKey {
  /** Of the script's name, its seed, its settings, and what these name: files, and contents of runs. */
  readonly settings: string;
  /** Of the code, as `run.json` says it. */
  readonly code: string;
}

/** Where a wanted run is, or is to be. */
export interface KeptRun {
  /** Its folder. */
  readonly path: string;
  /** Whether it is finished, was begun, or is not there. */
  readonly state: "finished" | "begun" | "missing";
  /** Why so, in a line for a person. */
  readonly reason: string;
}

/** Digits of each hash in a folder's name. */
const DIGITS = 8;

/**
 * The hashes of what decides a run's results.
 *
 * @param run The run.
 * @returns The hashes.
 */
export async function keyOfRun(run: WantedRun): Promise<RunKey> {
  const { experiment, config, seed, dtype } = run;
  const { name, script = name } = experiment;
  const files = await filesHash(experiment.readsFrom?.(config) ?? []);
  const contents = new Map(Object.entries(await experiment.contentsOf?.(config) ?? {}));
  // What a path leads to, in place of the path.
  const text = JSON.stringify(config, (_, value) => contents.get(value) ?? value);
  const settings = { script, seed, dtype, config: JSON.parse(text), files };
  return {
    settings: digestOf(canonicalJson(settings)).sha256,
    code: await codeHash(script),
  };
}

/**
 * Looks for a run with the same seed, settings, inputs and code.
 *
 * @param run The run.
 * @param root Folder of all kept runs.
 * @param key Its hashes, see {@linkcode keyOfRun}.
 * @returns Its folder, what is in it, and why it is not reused if it is not.
 * @throws {RunError} If a folder cannot be looked at.
 */
export async function findKeptRun(run: WantedRun, root: string, key: RunKey): Promise<KeptRun> {
  const { name, script = name } = run.experiment;
  const folder = `${root}/${script}`;
  const stem = stemOf(run, key);
  let reason: string | undefined;
  for (let attempt = 1;; attempt++) {
    const path = `${folder}/${attempt === 1 ? stem : `${stem}-${attempt}`}`;
    if (await isFree(path)) {
      reason ??= await whyMissing(folder, run, key);
      return { path, state: "missing", reason };
    }
    const record = await readRecord(path).catch(() => undefined);
    const problem = record ? await whyOther(record, run, key) : "is no run";
    if (problem !== undefined) {
      reason = `${path} ${problem}`;
      continue;
    }
    if (record!.status !== "finished") {
      return { path, state: "begun", reason: `it is ${record!.status}` };
    }
    // Now, not when a report is written at the end of all runs.
    return await isWhole(path)
      ? { path, state: "finished", reason: "same settings, inputs and code" }
      : { path, state: "begun", reason: "one of its frames is gone or damaged" };
  }
}

/** Whether all frames are there in their sizes; their bytes are compared where they are read. */
async function isWhole(path: string): Promise<boolean> {
  const options = { remedy: "", allowsOthers: true };
  return await CheckedFolder.open(path, options).then(() => true, (error) => {
    if (error instanceof CheckpointError) return false;
    throw error;
  });
}

/** Why a run in the right folder is another one all the same; undefined if it is not. */
async function whyOther(
  record: RunRecord,
  run: WantedRun,
  key: RunKey,
): Promise<string | undefined> {
  const { seed, config } = record;
  const uses = [record, ...record.resumed];
  if (uses.some(({ versions }) => versions.code !== key.code)) {
    return "was gone on with by other code";
  }
  if (uses.some(({ device }) => device.dtype !== run.dtype)) {
    return "was gone on with in another dtype";
  }
  const own = await keyOfRun({ ...run, seed, config });
  if (own.settings !== key.settings) return "was gone on with in other settings";
  if (record.status !== "finished") return undefined;
  const gone = await firstMissing(run.experiment.writesTo?.(config) ?? []);
  return gone === undefined ? undefined : `saved ${gone}, which is gone`;
}

/** What is new about a run: its code, its inputs, or some of its settings. */
async function whyMissing(folder: string, run: WantedRun, key: RunKey): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(folder)).then(
    (entries) => entries.map(({ name }) => name).filter((name) => name.startsWith(`s${run.seed}-`)),
    (): string[] => [],
  );
  if (names.includes(stemOf(run, key))) return "it was stopped before it saved anything";
  const sameSettings = names.find((name) => name.startsWith(stemOf(run, { ...key, code: "" })));
  if (sameSettings !== undefined) return `the code has changed since ${folder}/${sameSettings}`;
  const wanted = JSON.parse(JSON.stringify(run.config)) as Mapping;
  const others = await Promise.all(
    names.sort().map(async (name) => {
      const record = await readRecord(`${folder}/${name}`).catch(() => undefined);
      return record ? [{ name, paths: differingPaths(record.config, wanted) }] : [];
    }),
  );
  const [nearest] = others.flat().sort((a, b) => a.paths.length - b.paths.length);
  if (nearest === undefined) return "there is none yet";
  return nearest.paths.length === 0
    ? `what its settings name has changed since ${folder}/${nearest.name}`
    : `no kept run has these settings; the nearest, ${folder}/${nearest.name}, differs in ${
      someOf(nearest.paths)
    }`;
}

/** Name of a run's folder. */
function stemOf({ seed }: WantedRun, { settings, code }: RunKey): string {
  return `s${seed}-${settings.slice(0, DIGITS)}-${code.slice(0, DIGITS)}`;
}

async function isFree(path: string): Promise<boolean> {
  const exists = await Deno.lstat(path).then(() => true, () => false);
  return !exists || await holdsNothing(path);
}

async function firstMissing(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (!await pathExists(path)) return path;
  }
}
