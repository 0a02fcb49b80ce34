import { z } from "zod";
import {
  canonicalJson,
  digestOf,
  isMapping,
  type Mapping,
  named,
  openSealedJson,
  pathExists,
  readTextWithin,
  RunError,
  sealJson,
  writeFileAtomic,
} from "../core/mod.ts";
import type { DeviceReport } from "../device/device.ts";
import { gitRevision } from "./git_revision.ts";
import { decidingUse, type RunUse } from "./run_use.ts";
import { readVersions } from "./run_versions.ts";

/** What became of a run; `running` also after a crash. */
export type RunStatus = "running" | "finished" | "interrupted" | "failed";

/** When and how a run was gone on with. */
export interface Resumption extends RunUse {
  /** When, ISO 8601 in UTC. */
  readonly time: string;
  /** Arguments of the command line. */
  readonly commandLine: readonly string[];
}

/** What `run.json` says about a run. */
export interface RunRecord extends RunUse {
  /** Version of this file's form: in 3 device and versions of the start are part of the run's identity. */
  readonly format: 2 | 3;
  /** Name of the experiment. */
  readonly experiment: string;
  /** What became of it. */
  readonly status: RunStatus;
  /** Message of the error that ended it; null if none did. */
  readonly error: string | null;
  /** Seed of all its random streams. */
  readonly seed: number;
  /** Arguments of the command line that started it. */
  readonly commandLine: readonly string[];
  /** When it was started, ISO 8601 in UTC. */
  readonly started: string;
  /** When it ended, ISO 8601 in UTC; null while it runs. */
  readonly finished: string | null;
  /** Each time that it was resumed and saved something. */
  readonly resumed: readonly Resumption[];
  /** Commit of the checkout that it ran from; null if there is none. */
  readonly gitRevision: string | null;
  /** SHA-256 of the settings that no resumption can change, as they were at the start. */
  readonly settings: string;
  /** SHA-256 of what it was given, by name, such as the base model; null until the run knows. */
  readonly inputs: Readonly<Record<string, string>> | null;
  /** The full configuration. */
  readonly config: Mapping;
  /** The configuration before the last change; `config.yaml` may still hold it after a crash. */
  readonly configBefore: Mapping | null;
}

/** What a new record starts from. */
export interface RunDescription {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the folder in `experiments` whose script runs; default the experiment's name. */
  readonly script?: string | undefined;
  /** Seed of all its random streams. */
  readonly seed: number;
  /** The full configuration. */
  readonly config: object;
  /** Options of the configuration that may change when the run is resumed; whole sections by their path. */
  readonly changeable?: readonly string[] | undefined;
  /** Where it computes. */
  readonly device: DeviceReport;
  /** Arguments of the command line. */
  readonly commandLine: readonly string[];
}

/** Name of the file that decides what state a run is in. */
export const RECORD_FILE = "run.json";
/** Most bytes of `run.json`; a resumption adds a thousand. */
const MAX_RECORD_BYTES = 4 * 2 ** 20;
/** Most characters of the error that ended a run. */
const MAX_ERROR_LENGTH = 8000;
/** Bytes for what a run adds until it ends: inputs, the error, each of whose characters may take six. */
const ROOM = 2 ** 16;

/**
 * The record of a run that starts now.
 *
 * @param description What is known of it.
 * @returns The record.
 */
export async function startRecord(description: RunDescription): Promise<RunRecord> {
  const { experiment, seed, device, commandLine } = description;
  const config = JSON.parse(JSON.stringify(description.config)) as Mapping;
  return {
    format: 3,
    experiment,
    status: "running",
    error: null,
    seed,
    commandLine,
    started: new Date().toISOString(),
    finished: null,
    resumed: [],
    device,
    versions: await readVersions(description.script ?? experiment),
    gitRevision: await gitRevision(import.meta.dirname + "/../.."),
    settings: digestOf(canonicalJson(withoutPaths(config, description.changeable ?? []))).sha256,
    inputs: null,
    config,
    configBefore: null,
  };
}

/** A configuration without some options or sections. */
function withoutPaths(config: Mapping, paths: readonly string[], prefix = ""): Mapping {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => !paths.includes(prefix + key)).map(([key, value]) => [
      key,
      isMapping(value) ? withoutPaths(value, paths, `${prefix}${key}.`) : value,
    ]),
  );
}

/**
 * What tells a run from others: checkpoints and frames of a run are those of all runs that have the
 * same, and of no other. What it computes on counts as it was at the start, so that a run that was
 * allowed to go on otherwise keeps what it has.
 *
 * @param record The record.
 * @returns Experiment, seed, settings, what it computes on and inputs, for a manifest.
 */
export function runIdentity(record: RunRecord): Mapping {
  const { format, experiment, seed, settings, inputs } = record;
  return { experiment, seed, settings, ...(format === 2 ? {} : decidingUse(record)), ...inputs };
}

/**
 * What a run computed on last.
 *
 * @param record The record.
 * @returns Device and versions, of its start or of its last resumption.
 */
export function lastUse(record: RunRecord): RunUse {
  return record.resumed.at(-1) ?? record;
}

/**
 * Writes `run.json`.
 *
 * @param folder The run's folder.
 * @param record The record; of a long error its beginning is kept.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses, or it would be too long to be read again.
 */
export async function writeRecord(folder: string, record: RunRecord): Promise<void> {
  const error = record.error?.slice(0, MAX_ERROR_LENGTH) ?? null;
  const bytes = recordBytes(folder, { ...record, error }, MAX_RECORD_BYTES);
  await writeFileAtomic(`${folder}/${RECORD_FILE}`, bytes);
}

/**
 * Refuses a record that could not be read again when its run has ended, before hours of work.
 *
 * @param folder The run's folder.
 * @param record The record as it will be written first.
 * @throws {RunError} If it is too long.
 */
export function checkRoom(folder: string, record: RunRecord): void {
  recordBytes(folder, record, MAX_RECORD_BYTES - ROOM);
}

function recordBytes(folder: string, record: RunRecord, maxBytes: number): Uint8Array {
  const bytes = new TextEncoder().encode(sealJson(record));
  if (bytes.length <= maxBytes) return bytes;
  const path = `${folder}/${RECORD_FILE}`;
  throw new RunError(
    `Cannot write ${named(path)} as it must have at most ${maxBytes} bytes to be read again: ` +
      `it has ${bytes.length}`,
    {
      thing: path,
      remedy: record.resumed.length > 0
        ? "Start a new run: this one's record is full"
        : "Shorten the settings and the command line",
    },
  );
}

const text = z.string();
const use = {
  device: z.object({
    backend: text,
    name: text,
    products: text,
    numThreads: z.number(),
    dtype: text,
    reason: text,
    instructions: text.optional(),
  }),
  versions: z.record(text, text),
};
const recordSchema = z.object({
  ...use,
  format: z.literal([2, 3]),
  experiment: text,
  status: z.enum(["running", "finished", "interrupted", "failed"]),
  error: text.nullable(),
  seed: z.int(),
  commandLine: z.array(text),
  started: text,
  finished: text.nullable(),
  resumed: z.array(z.object({ ...use, time: text, commandLine: z.array(text) })),
  gitRevision: text.nullable(),
  settings: text,
  inputs: z.record(text, text).nullable(),
  config: z.record(text, z.unknown()),
  configBefore: z.record(text, z.unknown()).nullable(),
});

/**
 * Reads the record of a run.
 *
 * @param folder The run's folder.
 * @returns The record.
 * @throws {RunError} If there is no such folder, or it is no run, or its record is broken or was changed.
 */
export async function readRecord(folder: string): Promise<RunRecord> {
  const path = `${folder}/${RECORD_FILE}`;
  const text = await readTextWithin(path, MAX_RECORD_BYTES).catch(async (cause) => {
    const isMissing = cause.cause instanceof Deno.errors.NotFound ||
      cause.cause instanceof Deno.errors.NotADirectory;
    if (!isMissing) throw cause;
    if (!await pathExists(folder)) {
      throw new RunError(
        `Cannot read ${named(folder)} as the folder of a run: there is no such folder`,
        { thing: folder, remedy: "Check the path for spelling", cause },
      );
    }
    throw new RunError(`Cannot read ${named(folder)} as the folder of a run: it has no run.json`, {
      thing: folder,
      remedy: "Give the folder of a run: it holds a run.json",
      cause,
    });
  });
  const refuse = (problem: string, remedy: string, cause?: unknown) =>
    new RunError(`Cannot read ${named(path)} as the record of a run: ${problem}`, {
      thing: path,
      remedy,
      cause,
    });
  const damaged = "The file is damaged; restore it from a copy or start a new run";
  let content: Mapping;
  try {
    content = openSealedJson(text);
  } catch (cause) {
    if (formatOf(text) !== 1) throw refuse((cause as Error).message, damaged, cause);
    throw refuse(
      "it is of format 1, without hashes",
      "Go on with it in the version of maporl that made it, or start a new run",
    );
  }
  const { success, error } = recordSchema.safeParse(content);
  if (success) return content as unknown as RunRecord;
  const { path: keys, message } = error.issues[0]!;
  throw refuse(`its ${keys.join(".") || "content"} is wrong: ${message}`, damaged, error);
}

/** The format that a text says it has, if it says one at all. */
function formatOf(text: string): unknown {
  try {
    return (JSON.parse(text) as Mapping | null)?.format;
  } catch {
    return undefined;
  }
}
