/**
 * The folders of a run's checkpoints: their names, which ones there are, and how one takes its place.
 *
 * @module
 */
import { fileError, isLeftover, isTaken, renameDurably, RunError } from "../core/mod.ts";

const FOLDER = /^update-(\d{5,})$/;
/** One that was being replaced when its process was killed. */
const REPLACED = /^\.(update-\d{5,})\.old$/;

/**
 * Name of the folder of a checkpoint.
 *
 * @param update Updates done, at least 0.
 * @returns `update-` and at least five digits.
 */
export function checkpointName(update: number): string {
  return `update-${String(update).padStart(5, "0")}`;
}

/**
 * The number of updates that the name of a checkpoint's folder says.
 *
 * @param folder The folder.
 * @returns Updates done; NaN if it is no such name.
 */
export function updateOf(folder: string): number {
  return Number(folder.slice(folder.lastIndexOf("/") + 1).match(FOLDER)?.[1]);
}

/**
 * Names of the complete checkpoints, oldest first. Links count as what they lead to.
 *
 * @param root Folder of all checkpoints of the run.
 * @returns Folder names; empty when there is none.
 */
export async function listRunStates(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isDirectory, isSymlink } of await entriesOf(root)) {
    const isOurs = checkpointName(updateOf(name)) === name; // not with more zeros than we write
    if (isOurs && (isDirectory || isSymlink)) names.push(name);
  }
  return names.sort((a, b) => updateOf(a) - updateOf(b));
}

/**
 * Names of what lies beside the checkpoints and is none: nothing reads it, and nothing removes it.
 *
 * @param root Folder of all checkpoints of the run.
 * @returns Names in order, without those that killed processes left.
 */
export async function listForeign(root: string): Promise<string[]> {
  const checkpoints = new Set(await listRunStates(root));
  return (await entriesOf(root)).map(({ name }) => name)
    .filter((name) => !checkpoints.has(name) && !isLeftover(name) && !REPLACED.test(name)).sort();
}

/**
 * Gives a complete checkpoint its name, in place of one of the same update.
 *
 * @param temporary The folder with its files.
 * @param root Folder of all checkpoints of the run.
 * @param name Its name.
 * @returns When it is on the disk.
 * @throws {RunError} If one of that name is there behind a link, where it may be somebody else's.
 */
export async function putRunState(temporary: string, root: string, name: string): Promise<void> {
  const path = `${root}/${name}`;
  const old = `${root}/.${name}.old`;
  if (!await isTaken(path)) return await renameDurably(temporary, path);
  if (!await isOwnFolder(root)) {
    throw new RunError(
      `Cannot write ${path} as nothing is replaced behind a link: ${root} is one`,
      { thing: path, remedy: `Put the folder in place of the link ${root}` },
    );
  }
  await Deno.remove(old, { recursive: true }).catch(() => {});
  await Deno.rename(path, old); // a process that is killed here leaves it for recoverRunStates()
  try {
    await renameDurably(temporary, path);
  } catch (error) {
    await Deno.rename(old, path);
    throw error;
  }
  await Deno.remove(old, { recursive: true }).catch(() => {});
}

/**
 * Puts back a checkpoint whose replacement did not come to its end.
 *
 * @param root Folder of all checkpoints of the run.
 * @returns When it is in its place.
 * @throws {RunError} If the disk refuses.
 */
export async function recoverRunStates(root: string): Promise<void> {
  if (!await isOwnFolder(root)) return;
  for (const entry of await entriesOf(root)) {
    const name = entry.name.match(REPLACED)?.[1];
    if (name === undefined) continue;
    if (await isTaken(`${root}/${name}`)) continue;
    await renameDurably(`${root}/${entry.name}`, `${root}/${name}`).catch((error) => {
      throw fileError(error, `${root}/${name}`, "write");
    });
  }
}

/** What becomes of older checkpoints when one is saved. */
export interface SaveOptions {
  /** How many of the newest checkpoints stay, at least 1. Default 2. */
  readonly keep?: number;
  /** Told of each folder that should go and could not be removed, in a line. */
  readonly onLeft?: (line: string) => void;
}

/**
 * Removes old checkpoints and what killed processes left. What cannot be removed stays until the next
 * time: the new checkpoint is safe. Nothing is removed behind a link.
 *
 * @param root Folder of all checkpoints of the run.
 * @param options How many stay, and who is told of those that could not be removed.
 * @returns When they are gone.
 */
export async function pruneRunStates(
  root: string,
  { keep = 2, onLeft }: SaveOptions,
): Promise<void> {
  if (!await isOwnFolder(root)) return;
  for (const name of await namesToRemove(root, keep, onLeft)) {
    // Of a link, this removes the link alone.
    await Deno.remove(`${root}/${name}`, { recursive: true })
      .catch(({ message }) => onLeft?.(`${root}/${name} could not be removed: ${message}`));
  }
}

async function namesToRemove(
  root: string,
  keep: number,
  onLeft: SaveOptions["onLeft"],
): Promise<string[]> {
  try {
    const unfinished = (await entriesOf(root)).map(({ name }) => name)
      .filter((name) => isLeftover(name) || REPLACED.test(name));
    return [...(await listRunStates(root)).slice(0, -keep), ...unfinished];
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    onLeft?.(`Old checkpoints stay: ${reason}`);
    return [];
  }
}

async function isOwnFolder(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(({ isDirectory }) => isDirectory, () => false);
}

async function entriesOf(root: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(root));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw fileError(error, root, "read");
  }
}
