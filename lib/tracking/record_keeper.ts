import { CheckpointError, named } from "../core/mod.ts";
import { configText, writeConfig } from "./run_config.ts";
import { checkRoom, type RunRecord, type RunStatus, writeRecord } from "./run_record.ts";

/** How a run ended. */
export interface RunEnd {
  /** What became of it. */
  readonly status: RunStatus;
  /** Message of the error that ended it; null if none did. */
  readonly error: string | null;
}

/**
 * Keeps `run.json` and `config.yaml` of a run. The record is written first and decides; it names the
 * configuration before, so that a crash between the two shows as what it is. A resumption is not written
 * before it saves something: until then the run is what it was.
 */
export class RecordKeeper {
  readonly #folder: string;
  /** The record before a resumption that has saved nothing yet. */
  #before: RunRecord | undefined;
  #record: RunRecord;
  /** Whether the files are those of the record. */
  #isWritten = false;
  /** Whether a write of the record has begun. */
  #hasBegun = false;

  /**
   * A keeper that has written nothing yet.
   *
   * @param folder The run's folder, locked.
   * @param record The run's record.
   * @param before The record that is on the disk, when the run is resumed.
   */
  constructor(folder: string, record: RunRecord, before?: RunRecord) {
    this.#folder = folder;
    this.#record = record;
    this.#before = before;
  }

  /** The record. */
  get record(): RunRecord {
    return this.#record;
  }

  /** Whether it was resumed and has saved nothing. */
  get isUntouched(): boolean {
    return this.#before !== undefined;
  }

  /** Notes that something was saved. */
  noteSaved(): void {
    this.#before = undefined;
  }

  /**
   * Refuses what could be written and not be read again, so that the run could never be resumed.
   *
   * @throws {RunError} If the record or the configuration is too long.
   */
  check(): void {
    checkRoom(this.#folder, { ...this.#record, configBefore: this.#before?.config ?? null });
    configText(this.#folder, this.#record);
  }

  /**
   * Writes the record, if it is not on the disk as it is.
   *
   * @param end How the run ended, if it did.
   * @returns When it is on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async write(end?: RunEnd): Promise<void> {
    if (this.#isWritten && end === undefined) return;
    const { config } = this.#before ?? {};
    if (config !== undefined && !this.#isWritten) {
      this.#record = { ...this.#record, configBefore: config };
    }
    if (end !== undefined) {
      this.#record = { ...this.#record, ...end, finished: new Date().toISOString() };
    }
    this.#hasBegun = true;
    await writeRecord(this.#folder, this.#record);
    if (!this.#isWritten) await writeConfig(this.#folder, this.#record);
    this.#isWritten = true;
  }

  /**
   * Ends a resumption that was refused or stopped before anything was saved: the run is what it was, and
   * if it had not finished, the record says how it ended this time.
   *
   * @param end How it ended.
   * @returns When it is on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async giveUp(end: RunEnd): Promise<void> {
    const before = this.#before!;
    const hasFinished = before.status === "finished";
    const begun = this.#record.config; // config.yaml may hold it, if a first save went wrong
    this.#record = hasFinished ? before : { ...before, ...end, finished: new Date().toISOString() };
    if (hasFinished && !this.#hasBegun) return;
    if (this.#hasBegun) this.#record = { ...this.#record, configBefore: begun };
    await writeRecord(this.#folder, this.#record);
    if (this.#hasBegun) await writeConfig(this.#folder, this.#record);
  }

  /**
   * Keeps what the run was given, or refuses what is not what it was started with.
   *
   * @param inputs SHA-256 by name, such as that of the base model.
   * @returns When it is on the disk.
   * @throws {CheckpointError} If an input is another one than at the start.
   */
  async bindInputs(inputs: Readonly<Record<string, string>>): Promise<void> {
    const { inputs: earlier } = this.#record;
    if (earlier === null) {
      this.#record = { ...this.#record, inputs: { ...inputs } };
      if (this.#isWritten) await writeRecord(this.#folder, this.#record);
      return;
    }
    this.#refuseOther(inputs, Object.keys({ ...earlier, ...inputs }));
  }

  /**
   * Refuses an input that is not what the run was started with, before more of them is known: what depends
   * on it could only say that it does not fit.
   *
   * @param inputs SHA-256 by name.
   * @throws {CheckpointError} If an input is another one than at the start.
   */
  checkInputs(inputs: Readonly<Record<string, string>>): void {
    if (this.#record.inputs !== null) this.#refuseOther(inputs, Object.keys(inputs));
  }

  #refuseOther(inputs: Readonly<Record<string, string>>, names: readonly string[]): void {
    const earlier = this.#record.inputs ?? {};
    const other = names.find((name) => earlier[name] !== inputs[name]);
    if (other === undefined) return;
    const short = (hash: string | undefined) => hash === undefined ? "none" : hash.slice(0, 12);
    throw new CheckpointError(
      `Cannot resume ${
        named(this.#folder)
      } as its ${other} must be that of its start, with sha256 ` +
        `${short(earlier[other])}: it has ${short(inputs[other])}`,
      { thing: other, remedy: "Put back the files that it was started with, or start a new run" },
    );
  }
}
