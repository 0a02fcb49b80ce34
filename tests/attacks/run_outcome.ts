/**
 * What a finished run leaves that interruptions may not change.
 *
 * @module
 */
import { readFrame } from "../../lib/tracking/mod.ts";
import { filesOf } from "../experiments/run_experiment.ts";

/** Columns of frames that depend on time, or on what else the process holds in memory. */
const OF_THE_PROCESS = /Seconds|PerSecond|Peak$/;
/** Files that say when and how often a run was started, or hash what is compared without its times. */
const OF_THE_START = /^(run\.json|manifest\.json|\.lock)$/;
const CHECKPOINT = /^checkpoints\/update-(\d+)\//;

/** Text by the name of what it describes: rows of frames, digests of files. */
export type Outcome = ReadonlyMap<string, string>;

/**
 * The update of the newest checkpoint.
 *
 * @param folder The run's folder.
 * @returns Its number; -1 when there is none.
 */
export async function newestCheckpoint(folder: string): Promise<number> {
  let newest = -1;
  try {
    for await (const { name } of Deno.readDir(`${folder}/checkpoints`)) {
      const update = Number(name.match(/^update-(\d+)$/)?.[1] ?? -1);
      newest = Math.max(newest, update);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return newest;
}

/**
 * Rows of a frame without what changes from run to run.
 *
 * @param path The Parquet file.
 * @returns A JSON row per line.
 */
export async function frameRows(path: string): Promise<string> {
  const frame = await readFrame(path);
  const kept = frame.drop(frame.columns.filter((name) => OF_THE_PROCESS.test(name)));
  return kept.toRecords().map((row) => JSON.stringify(row)).join("\n");
}

/**
 * Everything of a finished run that may not depend on interruptions: the frames, the newest
 * checkpoint and what was made of it byte for byte, the tables of the summary.
 *
 * @param folder The run's folder.
 * @returns Text by name.
 */
export async function runOutcome(folder: string): Promise<Outcome> {
  const newest = await newestCheckpoint(folder);
  const outcome = new Map<string, string>();
  for (const name of filesOf(folder)) {
    const path = `${folder}/${name}`;
    const update = name.match(CHECKPOINT)?.[1];
    if (OF_THE_START.test(name) || /^parts\/|\.(png|svg|tmp)$/.test(name)) continue;
    if (update !== undefined && Number(update) !== newest) continue;
    if (name.endsWith(".parquet")) outcome.set(name, await frameRows(path));
    else if (name.endsWith(".md")) outcome.set(name, tables(await Deno.readTextFile(path)));
    else outcome.set(name, await digest(await Deno.readFile(path)));
  }
  return outcome;
}

/** The lines of a text that are rows of tables or points of lists of results. */
const tables = (text: string) =>
  text.split("\n").filter((line) => line.startsWith("|") || line.startsWith("- step")).join("\n");

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/**
 * What differs between two outcomes.
 *
 * @param wanted The outcome that is right.
 * @param actual Another one.
 * @returns A line per name; none when they are the same.
 */
export function differences(wanted: Outcome, actual: Outcome): string[] {
  const names = [...new Set([...wanted.keys(), ...actual.keys()])].sort();
  return names.flatMap((name) => {
    const [a, b] = [wanted.get(name), actual.get(name)];
    if (a === b) return [];
    if (a === undefined || b === undefined) return [`${name}: ${a ? "missing" : "unexpected"}`];
    const [rowsA, rowsB] = [a.split("\n"), b.split("\n")];
    const row = rowsA.findIndex((line, i) => line !== rowsB[i]);
    return [
      `${name}: ${rowsA.length} and ${rowsB.length} rows, first different ${row}: ` +
      firstDifference(rowsA[row] ?? "", rowsB[row] ?? ""),
    ];
  });
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const part = (text: string) => text.slice(Math.max(0, at - 40), at + 40);
  return `${part(a)} | ${part(b)}`;
}
