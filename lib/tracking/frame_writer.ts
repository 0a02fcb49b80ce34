import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { fileError, RunError, writeFileAtomic } from "../core/mod.ts";
import type { Columns, RowOf } from "./columns.ts";
import { type DataFrame, frameOf } from "./frame.ts";

/** Type that polars lacks: without a path it gives the bytes. */
type ToParquet = (options: { compression: "zstd" }) => Uint8Array;

function parquetBytes(frame: DataFrame): Uint8Array {
  return (frame.writeParquet as ToParquet)({ compression: "zstd" });
}

/**
 * Reads a Parquet file.
 *
 * @param path The file.
 * @returns Its frame.
 * @throws {RunError} If it is missing, truncated or no Parquet file.
 */
export async function readFrame(path: string): Promise<DataFrame> {
  const bytes = await Deno.readFile(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  try {
    return pl.readParquet(Buffer.from(bytes.buffer));
  } catch (cause) {
    throw new RunError(`Cannot read ${path} as it must be a whole Parquet file: ${cause}`, {
      thing: path,
      remedy: "Resume the run to write it again from its parts, or take another run",
      cause,
    });
  }
}

/**
 * Writes a frame while a run goes on, so that a crash loses nothing that was saved: the rows of each
 * step go to a part of their own in `parts/<name>`, never touched again, and `<name>.parquet` is made
 * of all parts. After a crash, {@linkcode FrameWriter.dropAfter} takes back the steps that the last
 * checkpoint does not know; they will be done again.
 */
export class FrameWriter<C extends Columns> {
  /** The columns. */
  readonly columns: C;
  readonly #folder: string;
  readonly #name: string;
  #rows: RowOf<C>[] = [];

  /**
   * A writer for one frame of a run.
   *
   * @param folder The run's folder, which must exist.
   * @param name Name of the frame: of its file without `.parquet`.
   * @param columns Its columns.
   */
  constructor(folder: string, name: string, columns: C) {
    this.#folder = folder;
    this.#name = name;
    this.columns = columns;
  }

  get #partsFolder(): string {
    return `${this.#folder}/parts/${this.#name}`;
  }

  /**
   * Adds rows; they are on the disk after the next {@linkcode FrameWriter.save}.
   *
   * @param rows Rows with exactly the frame's columns.
   */
  append(rows: readonly RowOf<C>[]): void {
    for (const row of rows) this.#rows.push(row);
  }

  /**
   * Writes the rows added since the last call as a part of their own.
   *
   * @param step What the rows belong to: the number of finished updates.
   * @returns When they are on the disk.
   * @throws {TypeError} If a row does not fit the columns.
   * @throws {RunError} If the disk refuses; the rows are kept and the next call tries again.
   */
  async save(step: number): Promise<void> {
    if (this.#rows.length === 0) return;
    const rows = this.#rows;
    const bytes = parquetBytes(frameOf(this.columns, rows));
    await Deno.mkdir(this.#partsFolder, { recursive: true }).catch((error) => {
      throw fileError(error, this.#partsFolder, "create");
    });
    const numParts = (await this.#parts()).filter((part) => part.step === step).length;
    const digits = (x: number) => String(x).padStart(6, "0");
    const file = `${digits(step)}-${digits(numParts)}.parquet`;
    await writeFileAtomic(`${this.#partsFolder}/${file}`, bytes);
    this.#rows = this.#rows.slice(rows.length); // what was added meanwhile stays for the next part
  }

  /**
   * Removes the parts of later steps, and rows that were not saved.
   *
   * @param step The last step to keep.
   * @returns When they are gone.
   */
  async dropAfter(step: number): Promise<void> {
    this.#rows = [];
    for (const part of await this.#parts()) {
      if (part.step > step) await Deno.remove(part.path);
    }
  }

  /**
   * Writes `<name>.parquet` from all parts.
   *
   * @returns Number of rows.
   * @throws {RunError} If a part cannot be read or the disk refuses.
   */
  async merge(): Promise<number> {
    const frames = [frameOf(this.columns, [])];
    for (const { path } of await this.#parts()) frames.push(await readFrame(path));
    const whole = pl.concat(frames);
    await writeFileAtomic(`${this.#folder}/${this.#name}.parquet`, parquetBytes(whole));
    return whole.height;
  }

  /** The parts in the order of their steps. */
  async #parts(): Promise<{ step: number; path: string }[]> {
    const parts: { step: number; path: string }[] = [];
    try {
      for await (const { name } of Deno.readDir(this.#partsFolder)) {
        const step = name.match(/^(\d+)-\d+\.parquet$/)?.[1];
        if (step !== undefined) {
          parts.push({ step: Number(step), path: `${this.#partsFolder}/${name}` });
        }
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw fileError(error, this.#partsFolder, "read");
      }
    }
    return parts.sort((a, b) => a.path < b.path ? -1 : 1);
  }
}
