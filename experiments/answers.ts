/**
 * Runs the programs that answer data sets: `deno task answers`.
 *
 * A task of its own, so that what runs programs of others has no network and no token, and what has them runs nothing.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ConfigError, named, nearestName, printable } from "../lib/core/mod.ts";
import {
  type AnsweringPrograms,
  type DataSet,
  dataSetFolder,
  keepProgramAnswers,
  TINYGSM,
} from "../lib/data/mod.ts";
import { exitCodeOf, exitCodes } from "../lib/tracking/exit_codes.ts";
import { printError, printLine } from "../lib/tracking/output.ts";

/** The data sets whose answers programs compute. */
const SETS: readonly (DataSet & { readonly programs: AnsweringPrograms })[] = [TINYGSM];

/**
 * Enough for the 12,800 problems of the paper's training, validation and test: in a sample of such programs a quarter
 * of the answers are no whole numbers.
 */
const ROWS = 25_000;

const USAGE = `Usage: deno task answers NAME [--rows N]

Runs the programs of a data set that deno task data get has fetched (${
  SETS.map(({ name }) => name).join(", ")
}), each in an interpreter
without files, network and clock, and keeps what they return beside the files.

  --rows N  rows from the first whose programs are run; default ${ROWS}. What earlier calls kept stays`;

/** What may differ in tests. */
export interface AnswersCommandOptions {
  /** Folder of all data sets; default `data/sets`. */
  readonly root?: string;
  /** Takes a line for people; default the standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Carries out the command.
 *
 * @param args The arguments behind `deno task answers`.
 * @param options What may differ.
 * @returns The exit code.
 * @throws {ConfigError} If the command line cannot be used, or the data set has not arrived.
 * @throws {CheckpointError} If its files were changed since they arrived.
 * @throws {RunError} If the interpreter does not start, or the disk refuses.
 */
export async function answersCommand(
  args: readonly string[],
  { root, print = printLine }: AnswersCommandOptions = {},
): Promise<number> {
  const { name, rows, help } = parse(args);
  if (help || name === undefined) {
    print(USAGE);
    return exitCodes.done;
  }
  const known = SETS.map(({ name }) => name);
  const set = SETS.find((set) => set.name === name);
  if (set === undefined) {
    const nearest = nearestName(name, known);
    throw new ConfigError(
      `Cannot run programs of ${named(name)} as there is no data set with programs of that name` +
        (nearest === undefined ? "" : `. Did you mean ${nearest}?`),
      { thing: name, remedy: `Allowed: ${known.join(", ")}` },
    );
  }
  const kept = await keepProgramAnswers(set, {
    folder: dataSetFolder(name, root),
    rows,
    log: print,
  });
  const failed = kept.rows.filter((row) => "problem" in row);
  const [first] = failed;
  print(
    `What ${kept.rows.length} programs return is kept, ${
      kept.isWhole ? "all" : "the first"
    } of the set; ` +
      `${failed.length} return no number` +
      (first === undefined
        ? ""
        : `, the first in ${named(first.file)}, row ${first.row}: ${printable(first.problem)}`),
  );
  return exitCodes.done;
}

function parse(args: readonly string[]) {
  const unknown: string[] = [];
  const { _: words, rows, help } = parseArgs([...args], {
    string: ["rows"],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (arg, key) => {
      if (key !== undefined) unknown.push(arg);
      return key === undefined;
    },
  });
  const [name, ...others] = words.map(String);
  const wrong = unknown[0] ?? others[0];
  if (wrong !== undefined) {
    throw new ConfigError(`Cannot take ${named(wrong)} as it is no part of the command`, {
      thing: wrong,
      remedy: "deno task answers --help shows what there is",
    });
  }
  const count = rows === undefined ? ROWS : Number(rows);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ConfigError(`Cannot use --rows as it must be a whole number from 1: ${rows}`, {
      thing: "--rows",
      value: rows,
      remedy: "Leave it out for the default",
    });
  }
  return { name, rows: count, help: help === true };
}

if (import.meta.main) {
  Deno.exit(
    await answersCommand(Deno.args).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}
