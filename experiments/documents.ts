/**
 * The documents of this repository, and what they show of results whose small frames are committed.
 *
 * @module
 */
import { posix } from "node:path";
import { nearestName, pathExists, removeLeftovers, writeFileAtomic } from "../lib/core/mod.ts";
import { reportPage } from "../lib/report/mod.ts";
import {
  checkDocument,
  fillDocument,
  type ProgressReporter,
  renderPlot,
  type ResultValue,
  type ShownResults,
  silentProgress,
  type Table,
  typedNumbers,
  wrongMarkers,
} from "../lib/tracking/mod.ts";
import { makeReport } from "./make_report.ts";
import { type ReadResults, readResults } from "./read_results.ts";
import type { Results } from "./results.ts";

/** What all committed frames and the report may take together: a clone stays small. */
export const MAX_COMMITTED_BYTES = 20_000_000;

/** A repository, or a copy of some of it. */
export interface Repository {
  /** Its folder. */
  readonly root: string;
  /** Its results. */
  readonly results: Results;
  /** Shows how far the reading of results and the drawing of pictures are; default: nobody. */
  readonly progress?: ProgressReporter;
}

/** What all committed results show. */
export interface Committed extends ShownResults {
  /** The results whose frames are committed. */
  readonly read: ReadResults;
}

/** The folder of the committed report, from the root; where it is missing there is none to keep. */
const REPORT = "experiments/report";

/**
 * Where the small frames of a result are committed.
 *
 * @param result Its name.
 * @returns The folder, from the root of the repository.
 */
export function committedFolder(result: string): string {
  return `experiments/${result}/results`;
}

/** Where a picture of a result is committed, from the root. */
const pictureOf = (result: string, name: string) => `experiments/${result}/${name}.png`;
const linkFrom = (path: string) => (result: string) =>
  posix.relative(posix.dirname(path), committedFolder(result));

/**
 * What to do about committed frames that cannot be used.
 *
 * @param name The result.
 * @returns A sentence.
 */
export const restoreRemedy = (name: string): string =>
  `Restore it from a copy, or make it again: deno task reproduce ${name} --commit`;

/**
 * Makes what all committed results show: seconds for each.
 *
 * @param repository The repository.
 * @returns Tables, numbers and plots by their names.
 * @throws {MaporlError} If committed frames are missing, were changed or are of another version.
 */
export async function readCommitted(repository: Repository): Promise<Committed> {
  const { root, results, progress = silentProgress } = repository;
  const folders: Record<string, string> = {};
  for (const name of await namesIn(`${root}/experiments`)) {
    // problemsOfFolders() names those of no result.
    if (!Object.hasOwn(results, name)) continue;
    const folder = `${root}/${committedFolder(name)}`;
    if (await pathExists(folder)) folders[name] = folder;
  }
  const read = await readResults(folders, { results, progress, remedyOf: restoreRemedy });
  const tables: Record<string, Table> = {};
  const values: Record<string, ResultValue> = {};
  for (const [name, { shown }] of Object.entries(read)) {
    for (const [key, table] of Object.entries(shown.tables)) tables[`${name}/${key}`] = table;
    for (const [key, value] of Object.entries(shown.values ?? {})) values[`${name}/${key}`] = value;
  }
  return { read, tables, values };
}

/** Draws the pictures of all results. */
async function* drawPictures(
  { read }: Committed,
  { progress = silentProgress }: Repository,
): AsyncGenerator<{ readonly path: string; readonly png: Uint8Array }> {
  const all = Object.entries(read).flatMap(([result, { shown: { plots = {} } }]) =>
    Object.entries(plots).map(([name, plot]) => [pictureOf(result, name), plot] as const)
  );
  using drawing = progress.task("drawing", { total: all.length, unit: "pictures" });
  for (const [path, plot] of all) {
    const { png } = await renderPlot(plot);
    yield { path, png };
    drawing.advance();
  }
}

/** The committed report on what the frames give; undefined where there is none. */
async function committedReport(
  committed: Committed,
  { root, results }: Repository,
): Promise<{ readonly path: string; readonly page: string } | undefined> {
  const folder = `${root}/${REPORT}`;
  if (!await pathExists(folder)) return undefined;
  const { read } = committed;
  const page = PAGES.get(committed) ??
    reportPage(await makeReport({ root, results, read, folder, notes: [] }));
  PAGES.set(committed, page);
  return { path: `${REPORT}/index.html`, page };
}

/** The claims of a report take a minute, and documents are checked after they were written. */
const PAGES = new WeakMap<Committed, string>();

/**
 * The documents that may show results.
 *
 * @param root The repository.
 * @returns Their paths from the root.
 */
async function documentPaths(root: string): Promise<string[]> {
  const folders = await namesIn(`${root}/experiments`);
  const paths = [
    "README.md",
    ...["", ...folders.map((name) => `${name}/`)]
      .map((folder) => `experiments/${folder}README.md`),
  ];
  const there = await Promise.all(paths.map((path) => pathExists(`${root}/${path}`)));
  return paths.filter((_, i) => there[i]);
}

/**
 * Writes into all documents what the committed frames give, the pictures beside them, and the committed report.
 *
 * @param repository The repository.
 * @param committed What its results show, where that has been made already.
 * @returns Paths of the files that were written, from the root; those that showed it already are not.
 * @throws {MaporlError} If committed frames are missing, were changed or are of another version.
 */
export async function updateDocuments(
  repository: Repository,
  committed?: Committed,
): Promise<string[]> {
  const { root } = repository;
  committed ??= await readCommitted(repository);
  const written: string[] = [];
  const write = async (path: string, content: string | Uint8Array) => {
    const { dir, base } = posix.parse(`${root}/${path}`);
    // Of a process that was killed here.
    await removeLeftovers(dir, { writtenBefore: performance.timeOrigin, of: base });
    await writeFileAtomic(`${dir}/${base}`, content);
    written.push(path);
  };
  for (const path of await documentPaths(root)) {
    const before = await Deno.readTextFile(`${root}/${path}`);
    const after = fillDocument(before, committed, linkFrom(path));
    if (after === before) continue;
    await write(path, after);
  }
  for await (const { path, png } of drawPictures(committed, repository)) {
    if (await holds(`${root}/${path}`, png)) continue;
    await write(path, png);
  }
  const report = await committedReport(committed, repository);
  if (report && !await holds(`${root}/${report.path}`, bytesOf(report.page))) {
    await write(report.path, report.page);
  }
  return written;
}

/** How strictly documents are checked. */
export interface DocumentChecks {
  /** What the committed frames may take together, in bytes; default 20 MB. */
  readonly maxBytes?: number;
  /** What the repository's results show, where that has been made already. */
  readonly committed?: Committed;
}

/**
 * Compares all documents with the committed frames.
 *
 * @param repository The repository.
 * @param checks What the frames may take.
 * @returns One line per problem, with document, line and what mends it.
 * @throws {MaporlError} If committed frames are missing, were changed or are of another version.
 */
export async function checkDocuments(
  repository: Repository,
  { maxBytes = MAX_COMMITTED_BYTES, ...checks }: DocumentChecks = {},
): Promise<string[]> {
  const { root } = repository;
  const committed = checks.committed ?? await readCommitted(repository);
  const problems: string[] = [];
  for (const path of await documentPaths(root)) {
    const text = await Deno.readTextFile(`${root}/${path}`);
    const found = [
      ...checkDocument(text, committed, linkFrom(path)).map(({ unknown, ...one }) => ({
        ...one,
        remedy: unknown === undefined ? MEND : remedyOfUnknown(unknown, repository, committed),
      })),
      ...[...wrongMarkers(text), ...typedNumbers(text)]
        .map((one) => ({ ...one, remedy: "see CONTRIBUTING.md, Results in documents" })),
    ];
    for (const { line, problem, remedy } of found) {
      problems.push(`${path}:${line}: ${problem} (${remedy})`);
    }
  }
  for await (const { path, png } of drawPictures(committed, repository)) {
    if (await holds(`${root}/${path}`, png)) continue;
    problems.push(`${path}: not the picture that its frames give (${MEND})`);
  }
  const report = await committedReport(committed, repository);
  if (report && !await holds(`${root}/${report.path}`, bytesOf(report.page))) {
    problems.push(`${report.path}: not the report that the frames give (${MEND})`);
  }
  return [...problems, ...await problemsOfFolders(repository, maxBytes)];
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

const MEND = "deno task reproduce --documents";

function remedyOfUnknown(name: string, { results }: Repository, committed: Committed): string {
  const result = name.split("/")[0]!;
  if (Object.hasOwn(results, result) && !Object.hasOwn(committed.read, result)) {
    return `deno task reproduce ${result} --commit`;
  }
  const nearest = nearestName(name, [
    ...Object.keys(committed.tables),
    ...Object.keys(committed.values),
  ]);
  return nearest === undefined ? "remove it" : `did you mean ${nearest}?`;
}

/** Folders of frames that belong to no result, and too many bytes. */
async function problemsOfFolders({ root, results }: Repository, maxBytes: number) {
  const folders = await namesIn(`${root}/experiments`);
  const sizes = await Promise.all(
    folders.map((name) => bytesIn(`${root}/${committedFolder(name)}`)),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, await bytesIn(`${root}/${REPORT}`));
  return [
    ...folders.filter((name, i) => sizes[i]! > 0 && !Object.hasOwn(results, name))
      .map((name) => `${committedFolder(name)}: no result has this name (remove the folder)`),
    ...(bytes <= maxBytes ? [] : [
      `committed frames and report must have at most ${maxBytes} bytes together: ${bytes} ` +
      "(leave out columns)",
    ]),
  ];
}

/** Folders within a folder, sorted. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
}

async function bytesIn(folder: string): Promise<number> {
  if (!await pathExists(folder)) return 0;
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const sizes = await Promise.all(
    entries.map(async ({ name }) => (await Deno.stat(`${folder}/${name}`)).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  const there = await Deno.readFile(path).catch(() => undefined);
  return there?.length === bytes.length && there.every((byte, i) => byte === bytes[i]);
}
