import {
  CheckedFolder,
  CheckpointError,
  ConfigError,
  createFolder,
  digestOf,
  lockFolder,
  named,
  writeFileAtomic,
  writeManifest,
} from "../core/mod.ts";
import manifest from "../../deno.json" with { type: "json" };
import { type AnswerFrameRow, answersFromParquet, answersToParquet } from "./answers_frame.ts";
import type { AnsweringPrograms, DataSet } from "./data_sets.ts";
import { type DataRecord, readDataRecord } from "./data_record.ts";
import { checkArrived } from "./find_data_files.ts";
import { readDataFile, ROW_COLUMN } from "./read_data_file.ts";
import { type ProgramLimits, runPrograms } from "./run_programs.ts";

/** Where the answers lie in a data set's folder. */
const FOLDER = "answers";
const FILE = "answers.parquet";
/** Programs after which what they returned is kept, so that whoever stops it loses little. */
const BLOCK = 2000;

/** What the programs of a data set returned. */
export interface ProgramAnswers {
  /** The rows from the first of the first file, in order. */
  readonly rows: readonly AnswerFrameRow[];
  /** Whether these are all rows of its files. */
  readonly isWhole: boolean;
}

/** How {@linkcode keepProgramAnswers} works. */
export interface AnswerOptions extends ProgramLimits {
  /** The data set's folder. */
  readonly folder: string;
  /** Rows from the first whose programs are run. */
  readonly rows: number;
  /**
   * Told what happens.
   *
   * @param line A line for people.
   */
  readonly log: (line: string) => void;
}

/**
 * Runs the programs of a data set and keeps what they return, in `answers` of its folder: a frame whose manifest has
 * its SHA-256 and says of which files and interpreter it is. So nothing but this, which `deno task answers` calls, runs
 * programs: whoever asks the questions reads the frame and needs no permission to run anything. What is kept stays;
 * of the rows behind it programs are run.
 *
 * @param set The data set, whose files have arrived.
 * @param options Folder, number of rows, limits.
 * @returns What its programs returned.
 * @throws {ConfigError} If Deno may not be run, or a file cannot be read as what it is.
 * @throws {RunError} If the interpreter does not start, or the disk refuses.
 */
export async function keepProgramAnswers(
  set: DataSet & { readonly programs: AnsweringPrograms },
  options: AnswerOptions,
): Promise<ProgramAnswers> {
  const { folder } = options;
  if (await readDataRecord(folder) === undefined) {
    throw new ConfigError(
      `Cannot run the programs of ${set.name} as they must have arrived in ${named(folder)}: ` +
        `they have not`,
      { thing: folder, remedy: `Get them with: deno task data get ${set.name}` },
    );
  }
  using lock = await lockFolder(folder);
  try {
    return await keepInFolder(set, options);
  } finally {
    // Closing alone would leave it to a process that another thread is about to start, for as long as that takes.
    await lock.unlock();
  }
}

async function keepInFolder(
  set: DataSet & { readonly programs: AnsweringPrograms },
  { folder, rows: wanted, log, ...limits }: AnswerOptions,
): Promise<ProgramAnswers> {
  const { columns, call } = set.programs;
  const identity = identityOf(set, await readDataRecord(folder));
  await checkArrived(folder, identity.sources.map(({ name }) => `${folder}/${name}`));
  const kept = await readKept(folder, identity).catch((error) => {
    if (error instanceof CheckpointError) return undefined; // made anew
    throw error;
  });
  if (kept !== undefined && (kept.isWhole || kept.rows.length >= wanted)) return kept;
  const rows: AnswerFrameRow[] = [...kept?.rows ?? []];
  const source = await readSource(folder, identity.sources.map(({ name }) => name), {
    columns,
    wanted,
  });
  await createFolder(`${folder}/${FOLDER}`);
  while (rows.length < source.rows.length) {
    const block = source.rows.slice(rows.length, rows.length + BLOCK);
    const codes = block.flatMap((row) => "code" in row ? [row.code] : []);
    const results = (await runPrograms(codes, call, limits)).values();
    rows.push(...block.map(({ file, row, question, ...rest }) => ({
      ...{ file, row, question },
      ...("code" in rest ? results.next().value! : { problem: rest.problem }),
    })));
    const isWhole = source.isWhole && rows.length === source.rows.length;
    const bytes = await answersToParquet(rows);
    await writeFileAtomic(`${folder}/${FOLDER}/${FILE}`, bytes);
    const failed = rows.filter((row) => "problem" in row).length;
    await writeManifest(`${folder}/${FOLDER}`, {
      identity: { ...identity, rows: rows.length, failed, isWhole },
      files: [{ name: FILE, ...digestOf(bytes) }],
    });
    log(`answers: ${rows.length} of ${source.rows.length} programs have run`);
  }
  return { rows, isWhole: source.isWhole };
}

/**
 * What the programs of a data set returned, as it was kept; runs nothing.
 *
 * @param set The data set.
 * @param folder Its folder.
 * @returns The rows.
 * @throws {ConfigError} If nothing is kept, naming the command that runs the programs.
 * @throws {CheckpointError} If it was changed, or is of other files than are there.
 */
export async function readProgramAnswers(
  set: DataSet & { readonly programs: AnsweringPrograms },
  folder: string,
): Promise<ProgramAnswers> {
  const kept = await readKept(folder, identityOf(set, await readDataRecord(folder)));
  if (kept === undefined) throw noAnswers(set, folder);
  return kept;
}

/** What is known of kept answers without reading them as a frame. */
export interface KeptAnswers {
  /** Rows whose programs have run. */
  readonly rows: number;
  /** How many of them returned no number. */
  readonly failed: number;
  /** Whether these are all rows of the files. */
  readonly isWhole: boolean;
}

/**
 * Compares what is kept with what was written; calls no native code.
 *
 * @param set The data set.
 * @param folder Its folder.
 * @returns How much is kept.
 * @throws {ConfigError} If nothing is kept, naming the command that runs the programs.
 * @throws {CheckpointError} If it was changed, or is of other files than are there.
 */
export async function checkProgramAnswers(
  set: DataSet & { readonly programs: AnsweringPrograms },
  folder: string,
): Promise<KeptAnswers> {
  const checked = await openKept(folder, identityOf(set, await readDataRecord(folder)));
  if (checked === undefined) throw noAnswers(set, folder);
  await checked.read(FILE);
  const { rows, failed, isWhole } = checked.identity;
  return { rows: Number(rows), failed: Number(failed), isWhole: isWhole === true };
}

function noAnswers({ name }: DataSet, folder: string): ConfigError {
  return new ConfigError(
    `Cannot use ${named(folder)} as it must hold what the programs of ${name} return, in ` +
      `${FOLDER}/${FILE}: it does not`,
    {
      thing: folder,
      remedy: `Get the data set with: deno task data get ${name}, and run its programs with: ` +
        `deno task answers ${name}`,
    },
  );
}

/** What answers are of: they are made anew where any of it is another. */
function identityOf(
  { name, programs: { call } }: DataSet & { programs: AnsweringPrograms },
  record?: DataRecord,
) {
  const sources = (record?.wanted ?? []).flatMap((wanted) =>
    record!.files.filter(({ name }) => name === wanted).map(({ name, sha256 }) => ({
      name,
      sha256,
    }))
  );
  const interpreter = manifest.imports["@micropython/micropython-webassembly-pyscript"];
  return { dataSet: name, call, interpreter, sources };
}

async function openKept(
  folder: string,
  identity: ReturnType<typeof identityOf>,
): Promise<CheckedFolder | undefined> {
  const path = `${folder}/${FOLDER}`;
  const checked = await CheckedFolder.open(path, {
    remedy: remedyOf(identity),
    allowsOthers: true,
  });
  checked?.checkOwner(identity, "data set");
  return checked;
}

async function readKept(
  folder: string,
  identity: ReturnType<typeof identityOf>,
): Promise<ProgramAnswers | undefined> {
  const checked = await openKept(folder, identity);
  if (checked === undefined) return undefined;
  const rows = await answersFromParquet(await checked.read(FILE), {
    path: `${checked.path}/${FILE}`,
    remedy: remedyOf(identity),
  });
  return { rows, isWhole: checked.identity.isWhole === true };
}

function remedyOf({ dataSet }: { readonly dataSet: string }): string {
  return `Run its programs again with: deno task answers ${dataSet}`;
}

/** A row before its program runs; one that cannot be read has a problem instead. */
type SourceRow =
  & Pick<AnswerFrameRow, "file" | "row" | "question">
  & ({ readonly code: string } | { readonly problem: string });

async function readSource(
  folder: string,
  names: readonly string[],
  { columns, wanted }: { readonly columns: AnsweringPrograms["columns"]; readonly wanted: number },
): Promise<{ rows: SourceRow[]; isWhole: boolean }> {
  const rows: SourceRow[] = [];
  for (const file of names) {
    const limit = wanted - rows.length;
    if (limit === 0) return { rows, isWhole: false };
    // One more than wanted tells whether there are more.
    const { frame, bad } = await readDataFile(`${folder}/${file}`, { columns, limit: limit + 1 });
    const good = frame.toRecords().map(({ [ROW_COLUMN]: row, question, code }) => ({
      ...{ file, row: Number(row), question: String(question), code: String(code) },
    }));
    const others = bad.map(({ place, reason }) => ({
      ...{ file, row: Number(/\d+$/.exec(place)![0]), question: "", problem: reason },
    }));
    const all: SourceRow[] = [...good, ...others].sort((a, b) => a.row - b.row);
    rows.push(...all.slice(0, limit));
    if (all.length > limit) return { rows, isWhole: false };
  }
  return { rows, isWhole: true };
}
