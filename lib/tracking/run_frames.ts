import pl from "nodejs-polars";
import {
  CheckedFolder,
  CheckpointError,
  createFolder,
  digestOf,
  isTaken,
  MANIFEST_FILE,
  type ManifestFile,
  type Mapping,
  named,
  writeFileAtomic,
  writeManifest,
} from "../core/mod.ts";
import type { Columns } from "./columns.ts";
import { type DataFrame, frameOf } from "./frame.ts";
import { FrameWriter } from "./frame_writer.ts";
import { frameFromParquet, parquetBytes } from "./parquet.ts";

/** The columns of frames by the frames' names. */
export type FrameSchemas = Readonly<Record<string, Columns>>;

/** Whose rows they are; plain JSON for a manifest. */
export type FramesOwner = () => Mapping;

/** First and last step that were saved. */
interface SavedSteps {
  readonly first: number;
  readonly last: number;
}

const REMEDY = "Restore it from a copy of the run, or start a new run";
const PART = /^(\w+)\/(\d+)-(\d+)\.parquet$/;
/** Digits of the numbers in a part's name, at least; they are read as numbers. */
const DIGITS = 6;

/**
 * The frames of a run, written while it goes on so that a crash loses nothing that was saved: the rows
 * of each step go to parts of their own in `parts/<name>`, never touched again; `parts/manifest.json`,
 * replaced in one step after them, says which parts count; and `<name>.parquet` is made of all parts.
 * Parts that are not listed were never saved, or are replaced, and are removed with the next save.
 *
 * The manifest lists every part, so a save takes longer the more there are: 0.3 s after 20 000 of them,
 * which is little beside the updates that they are of. Parts are not merged on the way, as a run may go
 * back to any checkpoint that is still there, and the rows after it must then go by themselves.
 */
export class RunFrames<S extends FrameSchemas> {
  /** The writers of rows, by the frames' names. */
  readonly writers: { readonly [K in keyof S]: FrameWriter<S[K]> };
  readonly #folder: string;
  readonly #owner: FramesOwner;
  #parts: ManifestFile[] = [];
  #steps: SavedSteps | undefined;
  /** Names that the manifest on the disk lists: not to be written over before it is replaced. */
  #listed: ReadonlySet<string> = new Set();
  /** Whether there are no parts that are not listed, as far as this process knows. */
  #isClean = false;
  #isMerged = false;

  /**
   * The frames of a new run.
   *
   * @param folder The run's folder, which must exist.
   * @param schemas Columns by the frames' names.
   * @param owner Whose rows they are, asked at every save.
   */
  constructor(folder: string, schemas: S, owner: FramesOwner = () => ({})) {
    this.#folder = folder;
    this.#owner = owner;
    this.writers = Object.fromEntries(
      Object.entries(schemas).map(([name, columns]) => [name, new FrameWriter(name, columns)]),
    ) as never;
  }

  /** Whether any step was saved. */
  get hasSaved(): boolean {
    return this.#steps !== undefined;
  }

  /** The last step that was saved; undefined before the first. */
  get lastStep(): number | undefined {
    return this.#steps?.last;
  }

  /** Whether `<name>.parquet` hold every row that was saved. */
  get isMerged(): boolean {
    return this.#isMerged;
  }

  get #partsFolder(): string {
    return `${this.#folder}/parts`;
  }

  /**
   * Takes up what an earlier process saved, and reads all of it, so that a broken part shows before hours
   * of work and not after them.
   *
   * @returns When it is read.
   * @throws {CheckpointError} If a part is missing or was changed.
   */
  async load(): Promise<void> {
    const checked = await this.#open();
    if (checked === undefined) return;
    for (const name of checked.names) await checked.read(name);
    const { firstStep, lastStep } = checked.identity;
    this.#steps = { first: firstStep as number, last: lastStep as number };
    this.#parts = checked.names.map((name) => ({ name, ...checked.expected(name) }));
    this.#listed = new Set(checked.names);
  }

  /**
   * Refuses what another run saved.
   *
   * @returns When it is read.
   * @throws {CheckpointError} Naming the difference.
   */
  async checkOwner(): Promise<void> {
    (await this.#open())?.checkOwner(this.#owner(), "run");
  }

  /**
   * Writes the rows added since the last call as parts of their own.
   *
   * @param step What the rows belong to: the number of finished updates.
   * @returns When they are on the disk.
   * @throws {TypeError} If a row does not fit the columns.
   * @throws {RunError} If the disk refuses; the rows are kept and the next call tries again.
   */
  async save(step: number): Promise<void> {
    const written: [FrameWriter<Columns>, number][] = [];
    const parts = [...this.#parts];
    for (const writer of Object.values(this.writers) as FrameWriter<Columns>[]) {
      const rows = writer.pending();
      if (rows === undefined) continue;
      const name = await this.#freeName(writer.name, step);
      await createFolder(`${this.#partsFolder}/${writer.name}`);
      await writeFileAtomic(`${this.#partsFolder}/${name}`, rows.bytes);
      parts.push({ name, ...digestOf(rows.bytes) });
      written.push([writer, rows.count]);
    }
    const isSame = parts.length === this.#listed.size && this.#steps?.last === step &&
      parts.every(({ name }) => this.#listed.has(name));
    if (isSame) return;
    this.#isMerged = false;
    const steps = { first: Math.min(this.#steps?.first ?? step, step), last: step };
    await createFolder(this.#partsFolder);
    await writeManifest(this.#partsFolder, {
      identity: { ...this.#owner(), firstStep: steps.first, lastStep: steps.last },
      files: parts,
    });
    this.#parts = parts;
    this.#steps = steps;
    this.#listed = new Set(parts.map(({ name }) => name));
    for (const [writer, count] of written) writer.forget(count);
    await this.#removeOthers();
  }

  /**
   * Takes back the rows of later steps, and rows that were not saved. The files stay until the next save,
   * so that a run that is given up before it is as it was.
   *
   * @param step The step of the checkpoint that the run goes on from; negative without one.
   * @throws {CheckpointError} If rows of more than one save are there and no checkpoint, or a checkpoint
   * and not its rows.
   */
  dropAfter(step: number): void {
    const saved = this.#steps;
    const refuse = (problem: string, thing: string) => {
      throw new CheckpointError(`Cannot resume ${named(this.#folder)} as ${problem}`, {
        thing,
        remedy: `Restore ${named(thing)} from a copy, or start a new run`,
      });
    };
    // Rows are saved right before their checkpoint: a crash between leaves those of one step at most.
    if (step < 0 && saved && saved.last > saved.first) {
      refuse(
        "it must have a checkpoint: it has rows of answers and no checkpoint",
        `${this.#folder}/checkpoints`,
      );
    }
    if (step >= 0 && (saved?.last ?? -1) < step) {
      refuse(
        `the rows saved with its checkpoint of step ${step} must be there: ` +
          (saved ? `the last ones are of step ${saved.last}` : "there are none"),
        `${this.#partsFolder}/${MANIFEST_FILE}`,
      );
    }
    this.#isMerged = false;
    this.#isClean = false;
    for (const writer of Object.values(this.writers)) writer.forget(Infinity);
    this.#parts = this.#parts.filter(({ name }) => Number(name.match(PART)![2]) <= step);
    this.#steps = saved && step >= 0
      ? { first: Math.min(saved.first, step), last: step }
      : undefined;
  }

  /**
   * Puts the parts of a frame together.
   *
   * @param frame Its name.
   * @returns Every row that was saved.
   * @throws {CheckpointError} If a part is missing or was changed.
   */
  async read(frame: keyof S & string): Promise<DataFrame> {
    const checked = await this.#open();
    const frames = [frameOf(this.writers[frame].columns, [])];
    for (const { name } of this.#parts) {
      if (!name.startsWith(`${frame}/`)) continue;
      const path = `${this.#partsFolder}/${name}`;
      frames.push(frameFromParquet(await checked!.read(name), { path, remedy: REMEDY }));
    }
    return pl.concat(frames);
  }

  /**
   * Writes `<name>.parquet` from all parts, and a manifest of these files.
   *
   * @returns Number of rows by the frame's name.
   * @throws {CheckpointError} If a part is missing or was changed.
   * @throws {RunError} If the disk refuses.
   */
  async merge(): Promise<Readonly<Record<keyof S, number>>> {
    const files: ManifestFile[] = [];
    const counts: Record<string, number> = {};
    for (const frame of Object.keys(this.writers)) {
      const whole = await this.read(frame);
      const bytes = parquetBytes(whole);
      const name = `${frame}.parquet`;
      await writeFileAtomic(`${this.#folder}/${name}`, bytes);
      files.push({ name, ...digestOf(bytes) });
      counts[frame] = whole.height;
    }
    await writeManifest(this.#folder, { identity: this.#owner(), files });
    this.#isMerged = true;
    return counts as Record<keyof S, number>;
  }

  async #open(): Promise<CheckedFolder | undefined> {
    const checked = await CheckedFolder.open(this.#partsFolder, {
      remedy: REMEDY,
      allowsOthers: true,
    });
    const steps = [checked?.identity.firstStep, checked?.identity.lastStep];
    const isFit = checked === undefined || steps.every(Number.isSafeInteger) &&
        checked.names.every((name) => Object.hasOwn(this.writers, name.match(PART)?.[1] ?? ""));
    if (isFit) return checked;
    const path = `${this.#partsFolder}/${MANIFEST_FILE}`;
    throw new CheckpointError(
      `Cannot use ${named(path)} as it must list parts of frames: it lists others`,
      {
        thing: path,
        remedy: REMEDY,
      },
    );
  }

  /** A name that no part has, listed or not: the folder may be a link to somebody else's. */
  async #freeName(frame: string, step: number): Promise<string> {
    const digits = (x: number) => String(x).padStart(DIGITS, "0");
    for (let index = 0;; index++) {
      const name = `${frame}/${digits(step)}-${digits(index)}.parquet`;
      if (this.#listed.has(name)) continue;
      if (!await isTaken(`${this.#partsFolder}/${name}`)) return name;
    }
  }

  /** Removes parts that are not listed; not behind links, where they are somebody else's. */
  async #removeOthers(): Promise<void> {
    if (this.#isClean) return;
    for (const frame of Object.keys(this.writers)) {
      await this.#removeOthersOf(frame).catch(() => {}); // they do no harm
    }
    this.#isClean = true;
  }

  async #removeOthersOf(frame: string): Promise<void> {
    const folder = `${this.#partsFolder}/${frame}`;
    for (const path of [this.#partsFolder, folder]) {
      if (!(await Deno.lstat(path)).isDirectory) return;
    }
    for await (const { name } of Deno.readDir(folder)) {
      const part = `${frame}/${name}`;
      if (PART.test(part) && !this.#listed.has(part)) await Deno.remove(`${folder}/${name}`);
    }
  }
}
