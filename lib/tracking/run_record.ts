import {
  ConfigError,
  isMapping,
  type Mapping,
  named,
  readTextWithin,
  RunError,
  writeFileAtomic,
} from "../core/mod.ts";
import type { DeviceReport } from "../device/device.ts";
import manifest from "../../deno.json" with { type: "json" };
import { gitRevision } from "./git_revision.ts";

/** What became of a run; `running` also after a crash. */
export type RunStatus = "running" | "finished" | "interrupted" | "failed";

/** What `run.json` says about a run. */
export interface RunRecord {
  /** Version of this file's form. */
  readonly format: 1;
  /** Name of the experiment. */
  readonly experiment: string;
  /** What became of it. */
  readonly status: RunStatus;
  /** Message of the error that ended it; null if none did. */
  readonly error: string | null;
  /** Seed of all its random streams. */
  readonly seed: number;
  /** Arguments of the command line, the last one's if it was resumed. */
  readonly commandLine: readonly string[];
  /** When it was started, ISO 8601 in UTC. */
  readonly started: string;
  /** When it ended, ISO 8601 in UTC; null while it runs. */
  readonly finished: string | null;
  /** When it was resumed, each ISO 8601 in UTC. */
  readonly resumed: readonly string[];
  /** Where it computed, the last time if it was resumed. */
  readonly device: DeviceReport;
  /** Versions of what it ran on. */
  readonly versions: RunVersions;
  /** Commit of the checkout that it ran from; null if there is none. */
  readonly gitRevision: string | null;
  /** The full configuration. */
  readonly config: Mapping;
}

/** Versions of what a run ran on. */
export interface RunVersions {
  /** This library. */
  readonly maporl: string;
  /** The runtime. */
  readonly deno: string;
  /** TensorFlow.js. */
  readonly tfjs: string;
  /** Polars for JavaScript. */
  readonly polars: string;
  /** Operating system and processor. */
  readonly system: string;
}

/** What a new record starts from. */
export interface RunDescription {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Seed of all its random streams. */
  readonly seed: number;
  /** The full configuration. */
  readonly config: object;
  /** Where it computes. */
  readonly device: DeviceReport;
  /** Arguments of the command line. */
  readonly commandLine: readonly string[];
}

/** Most bytes of `run.json`; resumptions add a line each. */
const MAX_RECORD_BYTES = 4 * 2 ** 20;

const pinned = (specifier: string) => specifier.match(/@(\d[^@/]*)/)?.[1] ?? specifier;

/**
 * The record of a run that starts now.
 *
 * @param description What is known of it.
 * @returns The record.
 */
export async function startRecord(description: RunDescription): Promise<RunRecord> {
  const { experiment, seed, config, device, commandLine } = description;
  return {
    format: 1,
    experiment,
    status: "running",
    error: null,
    seed,
    commandLine,
    started: new Date().toISOString(),
    finished: null,
    resumed: [],
    device,
    versions: {
      maporl: manifest.version,
      deno: Deno.version.deno,
      tfjs: pinned(manifest.imports.tfjs),
      polars: pinned(manifest.imports["nodejs-polars"]),
      system: `${Deno.build.os} ${Deno.build.arch}`,
    },
    gitRevision: await gitRevision(import.meta.dirname + "/../.."),
    config: { ...config },
  };
}

/**
 * Writes `run.json`.
 *
 * @param folder The run's folder.
 * @param record The record.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses.
 */
export function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeFileAtomic(`${folder}/run.json`, JSON.stringify(record, null, 2) + "\n");
}

/**
 * Reads the record of a run.
 *
 * @param folder The run's folder.
 * @returns The record.
 * @throws {RunError} If there is no such folder, or it is no run, or its record is broken.
 */
export async function readRecord(folder: string): Promise<RunRecord> {
  const path = `${folder}/run.json`;
  const remedy = "Give the folder of a run: it holds a run.json";
  const text = await readTextWithin(path, MAX_RECORD_BYTES).catch((cause) => {
    if (cause instanceof ConfigError) throw cause;
    throw new RunError(
      `Cannot read ${named(folder)} as the folder of a run: ${
        cause.cause?.message ?? cause.message
      }`,
      {
        thing: folder,
        remedy,
        cause,
      },
    );
  });
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw new RunError(`Cannot read ${path} as it must be JSON: ${(cause as Error).message}`, {
      thing: path,
      remedy: "The file is damaged; restore it from a copy or start a new run",
      cause,
    });
  }
  if (
    !isMapping(record) || record.format !== 1 || typeof record.experiment !== "string" ||
    !Number.isSafeInteger(record.seed) || !isMapping(record.config)
  ) {
    throw new RunError(
      `Cannot read ${path} as it must be a record of format 1 with experiment, seed and config: ` +
        text.slice(0, 80),
      { thing: path, remedy },
    );
  }
  return record as unknown as RunRecord;
}

/**
 * What to say of a folder that a new run cannot have.
 *
 * @param path The folder, which is not empty, or a file.
 * @returns The error to throw; it proposes to go on only with what is a run.
 */
export async function folderTaken(path: string): Promise<RunError> {
  const isRun = await readRecord(path).then(() => true, () => false);
  return new RunError(
    `Cannot create the run as its folder must be new or empty: ${named(path)} exists`,
    {
      thing: path,
      remedy: "Choose another folder with --out" +
        (isRun ? `, or go on with it: --resume ${named(path)}` : ""),
    },
  );
}
