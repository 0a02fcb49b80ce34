import { stringify } from "@std/yaml";
import { fileError, isMapping, readYaml, RunError, writeFileAtomic } from "../core/mod.ts";
import { differingPaths } from "./differing_paths.ts";
import { answersColumns, evaluationsColumns, updatesColumns } from "./frame_columns.ts";
import { FrameWriter } from "./frame_writer.ts";
import { lockFolder } from "./lock_folder.ts";
import {
  folderTaken,
  readRecord,
  type RunDescription,
  type RunRecord,
  type RunStatus,
  startRecord,
  writeRecord,
} from "./run_record.ts";

/** Where {@linkcode RunFolder.create} puts a run. */
export interface RunPlace {
  /** The folder itself; default `<root>/<experiment>/<date-time>-s<seed>`. */
  readonly out?: string | undefined;
  /** Folder of all runs. Default `runs`. */
  readonly root?: string;
}

/** What changes when a run is resumed. */
export type ResumedRun = Pick<RunDescription, "config" | "device">;

/**
 * The folder of a run, held by one process at a time: record, configuration, frames, and whatever
 * files the experiment adds. The lock is the operating system's, so a crash releases it.
 */
export class RunFolder {
  /** The folder. */
  readonly path: string;
  /** Rows of `answers.parquet`. */
  readonly answers: FrameWriter<typeof answersColumns>;
  /** Rows of `updates.parquet`. */
  readonly updates: FrameWriter<typeof updatesColumns>;
  /** Rows of `evaluations.parquet`. */
  readonly evaluations: FrameWriter<typeof evaluationsColumns>;
  readonly #lock: Deno.FsFile;
  /** Whether the folder was let go. */
  #isEnded = false;
  /** Whether the frames hold every saved row. */
  #isMerged = false;
  #record: RunRecord;
  /** The record before a resumption that has saved nothing yet. */
  #before: RunRecord | undefined;

  private constructor(path: string, lock: Deno.FsFile, record: RunRecord) {
    this.path = path;
    this.answers = new FrameWriter(path, "answers", answersColumns);
    this.updates = new FrameWriter(path, "updates", updatesColumns);
    this.evaluations = new FrameWriter(path, "evaluations", evaluationsColumns);
    this.#lock = lock;
    this.#record = record;
  }

  /**
   * Makes the folder of a new run, with `run.json` and `config.yaml`.
   *
   * @param description What the run is.
   * @param place Where to put it.
   * @returns The folder, locked.
   * @throws {RunError} If the folder exists and is not empty, or cannot be made.
   */
  static async create(description: RunDescription, place: RunPlace = {}): Promise<RunFolder> {
    const record = await startRecord(description);
    const path = await makeFolder(record, place);
    const lock = await lockFolder(path);
    const run = new RunFolder(path, lock, record);
    try {
      await run.#writeConfig();
      await writeRecord(path, record);
    } catch (error) {
      // A folder without a record is no run: leave nothing half made.
      lock.close();
      await Deno.remove(path, { recursive: true }).catch(() => {});
      throw error;
    }
    return run;
  }

  /**
   * Takes up the folder of an earlier run.
   *
   * @param path The folder.
   * @param changes Its configuration as it is from now on, the device, the command line.
   * @returns The folder, locked; its frames still hold every saved step.
   * @throws {RunError} If it is no run, is broken, or another process holds it.
   */
  static async resume(path: string, changes: ResumedRun): Promise<RunFolder> {
    const record = await readRun(path);
    const lock = await lockFolder(path);
    const run = new RunFolder(path, lock, {
      ...record,
      config: { ...changes.config },
      device: changes.device,
      status: "running",
      error: null,
      finished: null,
      resumed: [...record.resumed, new Date().toISOString()],
    });
    run.#before = record;
    try {
      await run.#writeConfig();
      await writeRecord(path, run.#record);
    } catch (error) {
      lock.close();
      throw error;
    }
    return run;
  }

  /** What `run.json` says. */
  get record(): RunRecord {
    return this.#record;
  }

  /**
   * Path of a file of the run; the folders above it are made.
   *
   * @param name The file's name, with `/` for folders.
   * @returns The path.
   * @throws {RunError} If a folder cannot be made.
   */
  file(name: string): string {
    const path = `${this.path}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fileError(error, folder, "create");
    }
    return path;
  }

  /**
   * Writes a text file of the run in one step.
   *
   * @param name The file's name.
   * @param text Its content.
   * @returns When it is on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async writeText(name: string, text: string): Promise<void> {
    await writeFileAtomic(this.file(name), text);
  }

  /**
   * Writes a JSON file of the run in one step.
   *
   * @param name The file's name.
   * @param value Its content.
   * @returns When it is on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, JSON.stringify(value, null, 2) + "\n");
  }

  /**
   * Saves the rows added to the frames since the last call; to be called before a checkpoint.
   *
   * @param step What they belong to: the number of finished updates.
   * @returns When they are on the disk.
   * @throws {RunError} If the disk refuses; the rows are kept.
   */
  async saveFrames(step: number): Promise<void> {
    this.#isMerged = false;
    for (const frame of this.#frames) await frame.save(step);
    this.#before = undefined;
  }

  /**
   * Takes back the rows of steps that a checkpoint does not know.
   *
   * @param step The checkpoint's step.
   * @returns When they are gone.
   */
  async dropFramesAfter(step: number): Promise<void> {
    for (const frame of this.#frames) await frame.dropAfter(step);
  }

  /**
   * Writes `answers.parquet`, `updates.parquet` and `evaluations.parquet` from all saved rows.
   *
   * @returns When they are on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async mergeFrames(): Promise<void> {
    for (const frame of this.#frames) await frame.merge();
    this.#isMerged = true;
  }

  /**
   * Ends the run: writes the frames and the record, and lets the folder go. Later calls do nothing.
   *
   * @param status What became of it.
   * @param error Message of the error that ended it, if one did.
   * @returns When everything is on the disk.
   * @throws {RunError} If the disk refuses; the folder is let go all the same.
   */
  async finish(status: Exclude<RunStatus, "running">, error: string | null = null): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    try {
      // Before the record says that they are complete.
      const unmerged = await (this.#isMerged ? undefined : this.mergeFrames()
        .catch((error) => fileError(error, this.path, "write")));
      const isComplete = status === "finished" && !unmerged;
      if (this.#before && !isComplete) {
        // Refused or stopped before anything was saved: the run is what it was.
        this.#record = this.#before;
        await this.#writeConfig();
      }
      if (isComplete || this.#record.status !== "finished") {
        const ended = isComplete || status !== "finished"
          ? { status, error }
          : { status: "failed" as const, error: unmerged!.message };
        this.#record = { ...this.#record, ...ended, finished: new Date().toISOString() };
      }
      await writeRecord(this.path, this.#record);
      if (unmerged) throw unmerged;
    } finally {
      this.#lock.close();
    }
  }

  async #writeConfig(): Promise<void> {
    const { experiment, config } = this.#record;
    const header = `# Full configuration of a run of ${experiment}; to repeat it: --config\n`;
    await this.writeText("config.yaml", header + stringify(plainJson(config)));
  }

  get #frames(): FrameWriter<typeof updatesColumns>[] {
    return [this.answers, this.updates, this.evaluations] as never;
  }
}

/**
 * Reads the record of a run that can be resumed.
 *
 * @param path The run's folder.
 * @returns The record.
 * @throws {RunError} If it is no run, is broken, or its `config.yaml` was changed by hand.
 */
export async function readRun(path: string): Promise<RunRecord> {
  const record = await readRecord(path);
  const file = `${path}/config.yaml`;
  const config = await readYaml(file);
  const changed = isMapping(config) ? differingPaths(record.config, config) : [file];
  if (changed.length > 0) {
    throw new RunError(
      `Cannot resume ${path} as its config.yaml must be as the run left it: ${
        changed.join(", ")
      } differ`,
      { thing: file, remedy: "Undo the change; what may change at all is changed with --set" },
    );
  }
  return record;
}

/** The value as JSON gives it back: without undefined. */
function plainJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function makeFolder(record: RunRecord, { out, root = "runs" }: RunPlace): Promise<string> {
  const time = record.started.slice(0, 19).replace("T", "_").replaceAll(":", "-");
  const stem = out?.replace(/(.)\/+$/, "$1") ??
    `${root}/${record.experiment}/${time}-s${record.seed}`;
  const parent = stem.slice(0, Math.max(0, stem.lastIndexOf("/")));
  await Deno.mkdir(parent || ".", { recursive: true }).catch((error) => {
    throw fileError(error, parent, "create");
  });
  for (let attempt = 1;; attempt++) {
    const path = attempt === 1 ? stem : `${stem}-${attempt}`;
    try {
      await Deno.mkdir(path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw fileError(error, path, "create");
    }
    if (out === undefined) continue; // another run of the same second
    if (await isEmptyFolder(path)) return path;
    throw await folderTaken(path);
  }
}

async function isEmptyFolder(path: string): Promise<boolean> {
  if (!(await Deno.stat(path)).isDirectory) return false;
  for await (const _ of Deno.readDir(path)) return false;
  return true;
}
