import {
  createFolder,
  fileError,
  isLeftover,
  lockFolder,
  named,
  removeLeftovers,
  RunError,
  shellQuote,
  syncFolder,
} from "../core/mod.ts";
import { CONFIG_FILE } from "./run_config.ts";
import { readRecord, RECORD_FILE, type RunRecord } from "./run_record.ts";

/** Where {@linkcode RunFolder.create} puts a run. */
export interface RunPlace {
  /** The folder itself; default `<root>/<experiment>/<date-time>-s<seed>`. */
  readonly out?: string | undefined;
  /** Folder of all runs. Default `runs`. */
  readonly root?: string;
}

/** A folder that a new run may be written to. */
export interface TakenPlace {
  /** The folder. */
  readonly path: string;
  /** Its lock. */
  readonly lock: Deno.FsFile;
  /** Whether it was made for this run. */
  readonly isNew: boolean;
}

/**
 * Makes or takes over the folder of a new run: one that does not exist, is empty, or is what a start
 * left that saved nothing.
 *
 * @param record The run's record.
 * @param place Where to put it.
 * @returns The folder, locked.
 * @throws {RunError} If it holds anything else, is held by another process, or cannot be made.
 */
export async function takePlace(record: RunRecord, place: RunPlace): Promise<TakenPlace> {
  const { out, root = "runs" } = place;
  const time = record.started.slice(0, 19).replace("T", "_").replaceAll(":", "-");
  const stem = out?.replace(/(.)\/+$/, "$1") ??
    `${root}/${record.experiment}/${time}-s${record.seed}`;
  const parent = stem.slice(0, Math.max(0, stem.lastIndexOf("/"))) || (stem[0] === "/" ? "/" : ".");
  await createFolder(parent);
  for (let attempt = 1;; attempt++) {
    const path = attempt === 1 ? stem : `${stem}-${attempt}`;
    try {
      await Deno.mkdir(path);
      await syncFolder(parent);
      return { path, lock: await lockFolder(path), isNew: true };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw fileError(error, path, "create");
    }
    if (out !== undefined) return await takeOver(path); // else another run of the same second
  }
}

/** Takes the folder of a start that saved nothing; its record goes when the new one replaces it. */
async function takeOver(path: string): Promise<TakenPlace> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isDirectory) {
    const what = info === undefined ? "is a link to nothing" : "is a file";
    throw refuse(path, what, "Choose another folder with --out");
  }
  if (!await holdsNothing(path)) throw await refuseRun(path);
  const lock = await lockFolder(path);
  try {
    // Looked at again, as another process may have saved something until it let go.
    if (!await holdsNothing(path)) throw await refuseRun(path);
    await removeLeftovers(path);
    await Deno.remove(`${path}/${CONFIG_FILE}`).catch(() => {});
  } catch (error) {
    lock.close();
    throw error;
  }
  return { path, lock, isNew: false };
}

/**
 * Whether a folder is empty, or of a run that has ended or crashed before it saved anything: then a new
 * run may be written to it.
 *
 * @param path The folder.
 * @returns Whether nothing in it could be lost.
 * @throws {RunError} If it cannot be looked at.
 */
export async function holdsNothing(path: string): Promise<boolean> {
  try {
    return await looksEmpty(path);
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

async function looksEmpty(path: string): Promise<boolean> {
  const record = await readRecord(path).catch(() => undefined);
  const own = record === undefined ? [".lock"] : [".lock", RECORD_FILE, CONFIG_FILE];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (own.includes(name) || isLeftover(name)) continue;
    const isBare = record !== undefined && isDirectory && await isEmpty(`${path}/${name}`);
    if (!isBare) return false;
  }
  return record?.status !== "finished";
}

/** Whether there is no file in a folder or in those below it. */
async function isEmpty(path: string): Promise<boolean> {
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isLeftover(name)) continue;
    if (!isDirectory || !await isEmpty(`${path}/${name}`)) return false;
  }
  return true;
}

async function refuseRun(path: string): Promise<RunError> {
  const isRun = await readRecord(path).then(() => true, () => false);
  return refuse(
    path,
    "exists",
    `Choose another folder with --out${
      isRun ? `, or go on with it: --resume ${shellQuote(path)}` : ""
    }`,
  );
}

function refuse(path: string, what: string, remedy: string): RunError {
  return new RunError(
    `Cannot create the run as its folder must be new or empty: ${named(path)} ${what}`,
    { thing: path, remedy },
  );
}
