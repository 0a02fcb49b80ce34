import {
  CheckedFolder,
  createFolder,
  digestOf,
  fileError,
  type ManifestFile,
  type Mapping,
  named,
  removeLeftovers,
  RunError,
  writeFileAtomic,
  writeManifest,
} from "../core/mod.ts";
import type { Columns, RowOf } from "./columns.ts";
import type { DataFrame } from "./frame.ts";
import { frameFromParquet, parquetBytes } from "./parquet.ts";
import { recordsOf } from "./records_of.ts";

/** Frames by their names. */
export type Frames = Readonly<Record<string, DataFrame>>;

/** The small frames of a result, and what they were made by. */
export interface ResultFrames {
  /** What the result's tables are made from. */
  readonly frames: Frames;
  /** What they were made by: plain JSON. */
  readonly madeBy: Mapping;
}

/**
 * Writes the small frames of a result, each as `<name>.parquet`, with a `manifest.json`. Parquet files that
 * lie there and are not among them are removed, and what was left by processes that were killed while they wrote.
 *
 * @param folder Where to; made when missing.
 * @param result The frames, and what they were made by.
 * @returns The bytes of all frames together.
 * @throws {RunError} If the disk refuses.
 */
export async function writeResultFrames(
  folder: string,
  { frames, madeBy }: ResultFrames,
): Promise<number> {
  await createFolder(folder);
  // Frames beside which something lies that is not listed are refused.
  await removeLeftovers(folder, { writtenBefore: performance.timeOrigin });
  const files: ManifestFile[] = [];
  for (const [frame, data] of Object.entries(frames)) {
    const name = `${frame}.parquet`;
    const bytes = parquetBytes(data);
    await writeFileAtomic(`${folder}/${name}`, bytes);
    files.push({ name, ...digestOf(bytes) });
  }
  await writeManifest(folder, { identity: madeBy, files });
  for (const { name } of Deno.readDirSync(folder)) {
    const isOld = name.endsWith(".parquet") && !files.some((file) => file.name === name);
    if (!isOld) continue;
    await Deno.remove(`${folder}/${name}`).catch((error) => {
      throw fileError(error, `${folder}/${name}`, "remove");
    });
  }
  return files.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Reads what {@linkcode writeResultFrames} wrote.
 *
 * @param folder The folder.
 * @param remedy What to do where it cannot be used.
 * @returns The frames, and what they were made by.
 * @throws {RunError} If there are none.
 * @throws {CheckpointError} If a file is missing, was changed, or is not listed.
 */
export async function readResultFrames(folder: string, remedy: string): Promise<ResultFrames> {
  const checked = await CheckedFolder.open(folder, { remedy });
  if (checked === undefined) {
    throw new RunError(
      `Cannot read ${named(folder)} as the frames of a result: it has no manifest.json`,
      { thing: folder, remedy },
    );
  }
  const frames: Record<string, DataFrame> = {};
  for (const name of checked.names) {
    const source = { path: `${folder}/${name}`, remedy };
    frames[name.replace(/\.parquet$/, "")] = frameFromParquet(await checked.read(name), source);
  }
  return { frames, madeBy: checked.identity };
}

/**
 * The rows of a frame of a result.
 *
 * @param frames The result's frames.
 * @param name Name of the frame.
 * @param columns Its columns; others are left out.
 * @returns One object per row.
 * @throws {RunError} If there is no such frame, or it lacks a column.
 */
export function rowsOf<C extends Columns>(frames: Frames, name: string, columns: C): RowOf<C>[] {
  const names = Object.keys(columns);
  const frame = frames[name];
  const missing = frame === undefined
    ? `the frame ${name}`
    : names.filter((column) => !frame.columns.includes(column)).map((column) =>
      `the column ${column} of the frame ${name}`
    )[0];
  if (missing !== undefined) {
    throw new RunError(`Cannot read the frames of a result as they must have ${missing}`, {
      thing: name,
      remedy: "They are of another version: make them again with deno task reproduce NAME --commit",
    });
  }
  const empty = names.find((column) =>
    !columns[column]!.nullable && frame!.getColumn(column).nullCount() > 0
  );
  if (empty !== undefined) {
    throw new RunError(
      `Cannot read the frames of a result as the column ${empty} of the frame ${name} must have a value in each row: ` +
        `${frame!.getColumn(empty).nullCount()} of ${frame!.height} are empty`,
      { thing: name, remedy: "Make them again with deno task reproduce NAME --commit" },
    );
  }
  return recordsOf(frame!, names) as RowOf<C>[];
}
