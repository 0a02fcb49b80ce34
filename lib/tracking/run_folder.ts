import {
  createFolder,
  fileError,
  lockFolder,
  type MaporlError,
  type Mapping,
  removeLeftovers,
  writeFileAtomic,
} from "../core/mod.ts";
import { checkUse, type UseOptions } from "./check_use.ts";
import {
  type answersColumns,
  type baselinesColumns,
  type evaluationsColumns,
  runSchemas,
  type updatesColumns,
} from "./frame_columns.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { markSummary } from "./outdated_summary.ts";
import { RecordKeeper } from "./record_keeper.ts";
import { CONFIG_FILE, readRun, repairConfig } from "./run_config.ts";
import { RunFrames } from "./run_frames.ts";
import { type RunPlace, type TakenPlace, takePlace } from "./run_place.ts";
import {
  RECORD_FILE,
  type RunDescription,
  runIdentity,
  type RunRecord,
  type RunStatus,
  startRecord,
} from "./run_record.ts";
import { readVersions } from "./run_versions.ts";

/** What changes when a run is resumed. */
export type ResumedRun =
  & Pick<RunDescription, "config" | "device" | "commandLine" | "script">
  & UseOptions;

/**
 * The folder of a run, held by one process at a time: record, configuration, frames, and whatever
 * files the experiment adds. `run.json` decides what state the run is in; the rest follows from it.
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
  /** Rows of `baselines.parquet`. */
  readonly baselines: FrameWriter<typeof baselinesColumns>;
  /** What a person should know about a resumption, a line each. */
  readonly notes: readonly string[];
  readonly #lock: Deno.FsFile;
  readonly #frames: RunFrames<typeof runSchemas>;
  readonly #keeper: RecordKeeper;
  #isEnded = false;

  private constructor(place: HeldPlace, keeper: RecordKeeper, notes: readonly string[] = []) {
    this.path = place.path;
    this.#lock = place.lock;
    this.#keeper = keeper;
    this.notes = notes;
    this.#frames = new RunFrames(place.path, runSchemas, () => this.identity);
    this.answers = this.#frames.writers.answers;
    this.updates = this.#frames.writers.updates;
    this.evaluations = this.#frames.writers.evaluations;
    this.baselines = this.#frames.writers.baselines;
  }

  /**
   * Makes the folder of a new run, with `run.json` and `config.yaml`.
   *
   * @param description What the run is.
   * @param place Where to put it.
   * @returns The folder, locked.
   * @throws {RunError} If the folder holds anything that could be lost, or cannot be made.
   */
  static async create(description: RunDescription, place: RunPlace = {}): Promise<RunFolder> {
    const record = await startRecord(description);
    const { path, lock, isNew } = await takePlace(record, place);
    const keeper = new RecordKeeper(path, record);
    try {
      keeper.check();
      await keeper.write();
    } catch (error) {
      // A folder without a record is no run: leave nothing half made. It is let go last, or another
      // process might have taken it. (Where open files cannot be removed, it stays as an empty one.)
      const made = isNew ? [path] : [RECORD_FILE, CONFIG_FILE].map((name) => `${path}/${name}`);
      for (const thing of made) await Deno.remove(thing, { recursive: true }).catch(() => {});
      lock.close();
      throw error;
    }
    return new RunFolder({ path, lock }, keeper);
  }

  /**
   * Takes up the folder of an earlier run. Nothing in it changes before the first save.
   *
   * @param path The folder.
   * @param changes Its configuration as it is from now on, the device, the command line.
   * @returns The folder, locked; its frames still hold every saved step.
   * @throws {RunError} If it is no run, is broken, or another process holds it.
   * @throws {CheckpointError} If rows that were saved are missing.
   * @throws {DeviceError} If it would compute otherwise than before and that is not allowed.
   */
  static async resume(path: string, changes: ResumedRun): Promise<RunFolder> {
    await readRun(path); // so that what is no run gets no lock
    const lock = await lockFolder(path);
    try {
      const before = await readRun(path);
      const { device, commandLine, script = before.experiment } = changes;
      const use = { device, versions: await readVersions(script) };
      const notes = checkUse(before, use, { ...changes, path });
      const record: RunRecord = {
        ...before,
        config: JSON.parse(JSON.stringify(changes.config)),
        status: "running",
        error: null,
        finished: null,
        resumed: [...before.resumed, { time: new Date().toISOString(), commandLine, ...use }],
      };
      const keeper = new RecordKeeper(path, record, before);
      keeper.check();
      const run = new RunFolder({ path, lock }, keeper, notes);
      await run.#frames.load();
      await repairConfig(path, before);
      await removeLeftovers(path);
      return run;
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** Whether it was resumed and has saved nothing: then its folder is what it was. */
  get isUntouched(): boolean {
    return this.#keeper.isUntouched;
  }

  /** The last step whose rows are saved; undefined before the first. */
  get savedStep(): number | undefined {
    return this.#frames.lastStep;
  }

  /** What `run.json` says, once something is saved. */
  get record(): RunRecord {
    return this.#keeper.record;
  }

  /** What checkpoints of this run belong to, for their manifests. */
  get identity(): Mapping {
    return runIdentity(this.record);
  }

  /**
   * Keeps what the run was given, or refuses what is not what it was started with.
   *
   * @param inputs SHA-256 by name, such as that of the base model.
   * @returns When it is on the disk.
   * @throws {CheckpointError} If an input is another one than at the start.
   */
  async bindInputs(inputs: Readonly<Record<string, string>>): Promise<void> {
    await this.#keeper.bindInputs(inputs);
  }

  /**
   * Refuses an input that is not what the run was started with, before the others are known.
   *
   * @param inputs SHA-256 by name.
   * @throws {CheckpointError} If an input is another one than at the start.
   */
  checkInputs(inputs: Readonly<Record<string, string>>): void {
    this.#keeper.checkInputs(inputs);
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
    const path = `${this.path}/${name}`;
    await createFolder(path.slice(0, path.lastIndexOf("/")));
    await writeFileAtomic(path, text);
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
   * Saves the rows added to the frames since the last call; to be called before every checkpoint.
   *
   * @param step What they belong to: the number of finished updates.
   * @returns When they are on the disk.
   * @throws {RunError} If the disk refuses; the rows are kept.
   */
  async saveFrames(step: number): Promise<void> {
    await this.#keeper.write();
    if (this.isUntouched) await markSummary(this.path, this.record.resumed.at(-1)!.time);
    await this.#frames.save(step);
    this.#keeper.noteSaved();
  }

  /**
   * Takes back the rows of steps that a checkpoint does not know; their files go with the next save.
   *
   * @param step The checkpoint's step; negative when there is no checkpoint.
   * @returns When they are taken back.
   * @throws {CheckpointError} If rows are there and no checkpoint, a checkpoint and not its rows, or
   * rows of another run.
   */
  async dropFramesAfter(step: number): Promise<void> {
    await this.#frames.checkOwner();
    this.#frames.dropAfter(step);
  }

  /**
   * Writes `answers.parquet`, `updates.parquet`, `evaluations.parquet` and `baselines.parquet` from all
   * saved rows.
   *
   * @returns When they are on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async mergeFrames(): Promise<void> {
    await this.#frames.merge();
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
      if (this.isUntouched && status !== "finished") {
        return await this.#keeper.giveUp({ status, error });
      }
      // A start that saved nothing leaves no frames, so that another one may take its folder.
      const hasRows = status === "finished" || this.#frames.hasSaved;
      const unmerged = hasRows && !this.#frames.isMerged ? await this.#tryMerge() : undefined; // before the record says so
      const end = unmerged && status === "finished"
        ? { status: "failed" as const, error: unmerged.message }
        : { status, error };
      await this.#keeper.write(end);
      if (unmerged) throw unmerged;
    } finally {
      this.#lock.close();
    }
  }

  /** What hinders the frames from being written, if anything does. */
  async #tryMerge(): Promise<MaporlError | undefined> {
    try {
      await this.mergeFrames();
    } catch (error) {
      return fileError(error, this.path, "write");
    }
  }
}

/** A folder that this process holds. */
type HeldPlace = Pick<TakenPlace, "path" | "lock">;
