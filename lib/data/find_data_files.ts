import { CheckpointError, ConfigError, fileError, named, someOf } from "../core/mod.ts";
import { readDataRecord } from "./data_record.ts";
import { fileDigest } from "./file_digest.ts";
import { DATA_FORMATS } from "./read_data_file.ts";

/** Where the files of a part of a data set may lie. */
export interface DataFileNames {
  /** Their names without ending, with folders: `R3/train`, `plain_text/train_r3`. */
  readonly stems: readonly string[];
  /** Whether all parts of a set of several files must be there; default true. */
  readonly isWhole?: boolean;
}

/**
 * Finds the files of a part of a data set: `train.jsonl`, `train.parquet`, `train.csv`, or the parts
 * `train-00000-of-00002.parquet`, … that Hugging Face's hub cuts large sets into.
 *
 * @param folder The data set's folder.
 * @param names Under which names they may lie there.
 * @returns Their paths in the order of the parts; none where there are none.
 * @throws {ConfigError} If parts are missing, or it is there in several formats.
 * @throws {CheckpointError} If `deno task data get` fetched them and they were changed since.
 * @throws {RunError} If the folder cannot be read.
 */
export async function findDataFiles(
  folder: string,
  { stems, isWhole = true }: DataFileNames,
): Promise<string[]> {
  const found = new Map<string, string[]>();
  for (const stem of stems) {
    const [, inner = "", base = stem] = /^(?:(.*)\/)?([^/]*)$/.exec(stem) ?? [];
    const names = await namesIn(inner === "" ? folder : `${folder}/${inner}`);
    for (const format of DATA_FORMATS) {
      const files = partsOf(base, format, names);
      if (files.length === 0) continue;
      const paths = files.map((name) => [folder, inner, name].filter((part) => part).join("/"));
      if (isWhole) checkParts(paths);
      found.set(`${stem}.${format}`, paths);
    }
  }
  const [first, second] = found.values();
  if (second === undefined) {
    await checkArrived(folder, first ?? []);
    return first ?? [];
  }
  throw new ConfigError(
    `Cannot choose the files in ${named(folder)} as each part must be there once: it has ${
      someOf([first![0]!, second[0]!].map(named))
    }`,
    { thing: folder, remedy: "Remove one of them, or name a folder with the other alone" },
  );
}

/**
 * Refuses files that are not as `deno task data get` left them; those of folders that it did not make, nobody knows.
 * Polars must not be given damaged Parquet: it panics on some.
 *
 * @param folder The data set's folder.
 * @param paths Files in it.
 * @throws {CheckpointError} If one was changed.
 * @throws {RunError} If one cannot be read.
 */
export async function checkArrived(folder: string, paths: readonly string[]): Promise<void> {
  const record = await readDataRecord(folder);
  for (const path of paths) {
    const arrived = record?.files.find(({ name }) => path === `${folder}/${name}`);
    if (arrived === undefined) continue;
    const { size, sha256 } = await fileDigest(path);
    if (size === arrived.size && sha256 === arrived.sha256) continue;
    throw new CheckpointError(
      `Cannot use ${
        named(path)
      } as it must be as it arrived, with ${arrived.size} bytes and sha256 ` +
        `${arrived.sha256.slice(0, 12)}…: it has ${size} and ${sha256.slice(0, 12)}…`,
      { thing: path, remedy: `Fetch it again with: deno task data get ${record!.dataSet}` },
    );
  }
}

/** Names of the files of a folder; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) names.push(name);
    }
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!isMissing) throw fileError(error, folder, "read");
  }
  return names.sort();
}

function partsOf(base: string, format: string, names: readonly string[]): string[] {
  const part = new RegExp(`^${RegExp.escape(base)}(?:-\\d{5}-of-\\d{5})?\\.${format}$`);
  return names.filter((name) => part.test(name));
}

/** Refuses a set of which parts are missing: questions would be missing in silence. */
function checkParts(paths: readonly string[]): void {
  const counts = paths.map((path) => Number(/-of-(\d{5})\.\w+$/.exec(path)?.[1] ?? 1));
  const whole = Math.max(...counts);
  if (counts.every((count) => count === whole) && paths.length === whole) return;
  throw new ConfigError(
    `Cannot use ${named(paths[0]!)} as all parts of its set must lie beside it: ` +
      `${paths.length} of ${whole} do`,
    { thing: paths[0]!, remedy: "Get the others, or keep the parts of one set alone" },
  );
}
