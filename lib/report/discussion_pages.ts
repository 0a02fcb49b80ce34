/**
 * Pages that show every discussion of a run.
 *
 * @module
 */
import { createFolder, named, RunError, shellQuote, slugOf, writeFileAtomic } from "../core/mod.ts";
import {
  frameOf,
  type Frames,
  parquetBytes,
  readFrame,
  readRecord,
  readSavedFrames,
  rowsOf,
  type RunRecord,
} from "../tracking/mod.ts";
import { analysisPanels } from "./analysis_panels.ts";
import { runWriting } from "./run_writing.ts";
import { viewedColumns, type ViewedRow } from "./viewed_columns.ts";
import { evaluatedColumns, trainedColumns, viewedRows } from "./viewed_rows.ts";
import { type ViewerPage, viewerPage } from "./viewer_page.ts";

/** A finished run of a result. */
export interface DiscussedRun {
  /** Name of the result. */
  readonly result: string;
  /** Name of the arm. */
  readonly arm: string;
  /** The run's seed. */
  readonly seed: number;
  /** The run's folder. */
  readonly path: string;
}

/** Where the page of a run lies. */
export interface DiscussionPage {
  /** The run. */
  readonly run: DiscussedRun;
  /** Link to it from a page of the report's folder; `#<question id>` after it leads to one discussion. */
  readonly href: string;
}

/** Name of the page inside of a run's own folder. */
export const RUN_PAGE = "discussions.html";

/**
 * Writes a page for each run, as `discussions/<result>-<arm>-s<seed>.html` inside of a report.
 *
 * @param runs Finished runs.
 * @param folder The report's folder; made when missing.
 * @returns Where each page lies.
 * @throws {RangeError} If two runs have the same name.
 * @throws {RunError} If a run is not finished, has no discussions, or the disk refuses.
 * @throws {CheckpointError} If its frames were changed.
 */
export async function writeDiscussionPages(
  runs: readonly DiscussedRun[],
  folder: string,
): Promise<DiscussionPage[]> {
  const names = runs.map(pageName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot write the pages of discussions as their names must differ: two runs are ${twice}`,
    );
  }
  await createFolder(`${folder}/discussions`);
  const home = { href: "../index.html", title: "Report" };
  for (const [i, run] of runs.entries()) {
    const title = `${run.result}, ${run.arm}, seed ${run.seed}`;
    const page = await pageOfRun(run.path, { title, home });
    await writeFileAtomic(`${folder}/discussions/${names[i]}`, page);
  }
  return runs.map((run, i) => ({ run, href: `discussions/${encodeURIComponent(names[i]!)}` }));
}

/**
 * Writes the page of a single run into its own folder. Of a run that is not finished it shows what was saved so
 * far, and says so.
 *
 * @param path The run's folder.
 * @returns The page's path.
 * @throws {RunError} If it has no discussions, or the disk refuses.
 * @throws {CheckpointError} If its frames were changed.
 */
export async function writeRunPage(path: string): Promise<string> {
  const record = await readRecord(path);
  const { experiment, seed, status } = record;
  const title = `${experiment}, seed ${seed}`;
  const page = status === "finished"
    ? await pageOfRun(path, { title })
    : await pageOfSaved(path, record, { title, state: STATES[status] });
  await writeFileAtomic(`${path}/${RUN_PAGE}`, page);
  return `${path}/${RUN_PAGE}`;
}

/**
 * The name of a run's page.
 *
 * @param run The run.
 * @returns The file's name: of the arm's, all that is neither a letter from a to z nor a digit becomes a dash.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pageName } from "./discussion_pages.ts";
 *
 * const run = { result: "single_agent", arm: "2 agents, scores", seed: 3 };
 * assertEquals(pageName(run), "single_agent-2-agents-scores-s3.html");
 * ```
 */
export function pageName({ result, arm, seed }: Omit<DiscussedRun, "path">): string {
  return `${result}-${slugOf(arm)}-s${seed}.html`;
}

async function pageOfRun(path: string, named: Pick<ViewerPage, "title" | "home">): Promise<string> {
  const record = await readRecord(path);
  checkFinished(path, record);
  const frames = {
    evaluations: await readFrame(`${path}/evaluations.parquet`),
    answers: await readFrame(`${path}/answers.parquet`),
    updates: await readFrame(`${path}/updates.parquet`),
  };
  const rows = rowsOfFrames(frames, record);
  if (rows.length === 0) throw noDiscussions(path, record);
  return await pageOfRows(rows, { ...named, panels: analysisPanels(frames, record.config) });
}

/** What became of runs that are not finished. */
const STATES = {
  running: "it is running, or has crashed",
  interrupted: "it was interrupted",
  failed: "it has failed",
} as const;

async function pageOfSaved(
  path: string,
  record: RunRecord,
  { title, state }: { readonly title: string; readonly state: string },
): Promise<string> {
  const saved = await readSavedFrames(path);
  const rows = saved === undefined ? [] : rowsOfFrames(saved.frames, record);
  if (saved === undefined || rows.length === 0) throw nothingSaved(path, state);
  const { updates } = saved;
  const note = `This run is not finished: ${state}. The page shows what was saved, ` +
    `up to ${updates} update${updates === 1 ? "" : "s"}.`;
  return await pageOfRows(rows, {
    title,
    note,
    panels: analysisPanels(saved.frames, record.config),
  });
}

function rowsOfFrames(frames: Frames, { config }: RunRecord): ViewedRow[] {
  const evaluations = rowsOf(frames, "evaluations", evaluatedColumns);
  const answers = rowsOf(frames, "answers", trainedColumns);
  return viewedRows({ evaluations, answers }, runWriting(config));
}

async function pageOfRows(
  rows: readonly ViewedRow[],
  named: Pick<ViewerPage, "title" | "home" | "note" | "panels">,
): Promise<string> {
  return viewerPage({
    ...named,
    data: parquetBytes(frameOf(viewedColumns, rows)),
    script: await Deno.readTextFile(new URL("viewer/viewer.js", import.meta.url)),
    style: await Deno.readTextFile(new URL("viewer/viewer.css", import.meta.url)),
  });
}

function checkFinished(path: string, { status }: RunRecord): void {
  if (status === "finished") return;
  throw new RunError(
    `Cannot show the discussions of ${named(path)} as it must be finished: it is ${status}`,
    {
      thing: path,
      remedy: `Go on with it: deno task experiment --resume ${shellQuote(path)}`,
    },
  );
}

function nothingSaved(path: string, state: string): RunError {
  return new RunError(
    `Cannot show the discussions of ${named(path)} as it must have saved some: ${state}`,
    {
      thing: path,
      remedy: `Wait until it has, or go on with it: deno task experiment --resume ${
        shellQuote(path)
      }`,
    },
  );
}

function noDiscussions(path: string, { experiment }: RunRecord): RunError {
  return new RunError(
    `Cannot show the discussions of ${named(path)} as it must hold some: ${experiment} holds none`,
    { thing: path, remedy: "Take a run of maporl or of an experiment with arms" },
  );
}
