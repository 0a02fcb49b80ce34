import {
  ConfigError,
  createFolder,
  fileError,
  lockFolder,
  named,
  pathExists,
} from "../core/mod.ts";
import type { DataSet, DataSource, RemoteFile } from "./data_sets.ts";
import { checkDataSet } from "./check_data_set.ts";
import { type DataRecord, readDataRecord, writeDataRecord } from "./data_record.ts";
import { downloadFile, type DownloadOptions, landFile } from "./download_file.ts";
import { listFiles } from "./list_files.ts";
import { listLocalFiles } from "./list_local_files.ts";
import { PartFile } from "./part_file.ts";

/** How {@linkcode getDataSet} gets a data set. */
export interface GetOptions extends Omit<DownloadOptions, "onProgress"> {
  /** Its folder. */
  readonly folder: string;
  /** Name of one of its sources; default the first. */
  readonly source?: string | undefined;
  /** A server with the same paths (`https://…`), or a folder with the files. */
  readonly mirror?: string | undefined;
  /** Whether all files are wanted of a set of which only the first are fetched. */
  readonly all?: boolean;
  /**
   * Told what happens.
   *
   * @param line A line for people.
   */
  readonly log?: (line: string) => void;
}

/**
 * Gets a data set, or what is missing of it. What is there and as it arrived stays, and nobody is asked for it. Size
 * and SHA-256 of each file are those that are known, or else that the hub lists, or else of its first download; they are
 * kept in `manifest.json`, and whatever comes later must have the same.
 *
 * @param set The data set.
 * @param options Where from, and where to.
 * @returns Number of files that were fetched.
 * @throws {ConfigError} If there is no such source, or the folder holds the files of another one.
 * @throws {CheckpointError} If the folder's record was changed.
 * @throws {RunError} If a server cannot be reached, or gives another file, or the disk refuses.
 */
export async function getDataSet(
  set: DataSet,
  { folder, mirror, all = false, log = () => {}, token, ...options }: GetOptions,
): Promise<number> {
  const name = options.source ?? Object.keys(set.sources)[0]!;
  const source = sourceOf(set, name);
  await createFolder(folder);
  using _lock = await lockFolder(folder); // or two would write into one file
  const before = await readDataRecord(folder);
  if (before !== undefined && before.source !== name) {
    throw new ConfigError(
      `Cannot get ${set.name} from ${name} into ${
        named(folder)
      } as it holds the files from ${before.source}`,
      { thing: "--source", value: name, remedy: `Remove ${folder} first, or leave --source out` },
    );
  }
  const good = new Set(
    (await checkDataSet(set, folder)).filter(({ state }) => state === "good").map(({ name }) =>
      name
    ),
  );
  if (before !== undefined && !all && before.wanted.every((file) => good.has(file))) return 0;
  const isFolder = mirror !== undefined && !/^https?:\/\//.test(mirror);
  const listed = isFolder
    ? await listLocalFiles(source, mirror)
    : await listFiles(source, { mirror, token });
  const files = source.kind === "hub" && !all ? listed.slice(0, source.first) : listed;
  let record: DataRecord = {
    dataSet: set.name,
    source: name,
    licence: set.licence,
    wanted: [...new Set([...before?.wanted ?? [], ...files.map((file) => file.name)])],
    files: before?.files ?? [],
  };
  let fetched = 0;
  for (const file of files) {
    if (good.has(file.name)) continue;
    const arrived = record.files.find((known) => known.name === file.name);
    const expected: RemoteFile = { ...file, ...arrived }; // the first time counts
    log(`${file.name}: ${describe(expected)} from ${file.url}`);
    const path = `${folder}/${file.name}`;
    const digest = isFolder ? await copyFile(expected, path) : await downloadFile(expected, path, {
      token,
      ...options,
      onProgress: progressLog(file, log),
    });
    if (expected.sha256 === undefined) {
      log(`${file.name}: ${digest.size} bytes, sha256 ${digest.sha256}, from now on expected`);
    }
    const others = record.files.filter((known) => known.name !== file.name);
    record = { ...record, files: [...others, { name: file.name, ...digest }] };
    await writeDataRecord(folder, record);
    fetched++;
  }
  return fetched;
}

function sourceOf(set: DataSet, name: string): DataSource {
  const source = Object.hasOwn(set.sources, name) ? set.sources[name] : undefined;
  if (source !== undefined) return source;
  throw new ConfigError(
    `Cannot get ${set.name} as its sources are ${Object.keys(set.sources).join(", ")}: ${
      named(name)
    }`,
    { thing: "--source", value: name, remedy: "Leave --source out for the first" },
  );
}

function describe({ size, sha256 }: RemoteFile): string {
  return `${size === undefined ? "size not known before" : `${size} bytes`}, ${
    sha256 === undefined ? "sha256 not known before: the first download counts" : `sha256 ${sha256}`
  }`;
}

/** Copies a file of a folder as if it were downloaded. */
async function copyFile(file: RemoteFile, path: string): ReturnType<typeof landFile> {
  if (!await pathExists(file.url)) {
    throw new ConfigError(
      `Cannot copy ${named(file.url)} as the folder must hold ${named(file.name)}: it does not`,
      { thing: file.url, remedy: "Name a folder with all files of the data set with --mirror" },
    );
  }
  await createFolder(path.replace(/[\\/][^\\/]*$/, ""));
  const part = new PartFile(path);
  try {
    // Not Deno.copyFile(): that keeps the mode, and a file that may not be written cannot be flushed.
    const from = await Deno.open(file.url);
    const to = await part.open(0, undefined);
    await from.readable.pipeTo(to.writable);
  } catch (error) {
    throw fileError(error, part.path, "write");
  }
  return await landFile(file, path, part);
}

/** Milliseconds between two lines of progress. */
const EVERY = 10_000;

function progressLog({ name }: RemoteFile, log: (line: string) => void) {
  let last = performance.now();
  return (done: number, total: number | undefined) => {
    if (performance.now() - last < EVERY) return;
    last = performance.now();
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    log(`${name}: ${megabytes(done)}${total === undefined ? "" : ` of ${megabytes(total)}`}`);
  };
}
