/**
 * Makes results of this repository again: `deno task reproduce` lists them.
 *
 * @module
 */
import { ConfigError, createFolder, named, pathExists } from "../lib/core/mod.ts";
import { REPORT_MARK } from "../lib/report/mod.ts";
import {
  exitCodeOf,
  type MakeOptions,
  printError,
  printLine,
  readResultFrames,
  reportProgress,
  runCommand,
  runsClock,
  type RunsToMake,
  secondsOf,
  terminalTable,
  userPath,
  writeResult,
  writeResultFrames,
} from "../lib/tracking/mod.ts";
import { type Committed, committedFolder, readCommitted, restoreRemedy } from "./documents.ts";
import { commandOptions } from "./main.ts";
import { writeReport } from "./make_report.ts";
import { mendDocuments } from "./mend_documents.ts";
import { readResults } from "./read_results.ts";
import { parseReproduce, type ReproduceCommand } from "./reproduce_flags.ts";
import { reproduceHelp } from "./reproduce_help.ts";
import { allResults, RESULTS, type Results } from "./results.ts";
import type { MadeRuns } from "./run_pages.ts";

/** The runs that results are made from. */
const KEPT = "runs/kept";
/** What small budgets gave, apart from everything else. */
const QUICK = `${RESULTS}/quick`;

/** How results are made and runs kept. */
function makeOptions({ quick, seeds, allowOtherDevice }: ReproduceCommand): MakeOptions {
  return {
    root: quick ? `${QUICK}/kept` : KEPT,
    folder: quick ? QUICK : RESULTS,
    dtype: "float32",
    flags: [],
    goOnFlags: allowOtherDevice ? ["--allow-other-device"] : [],
    isQuick: quick,
    ...(quick ? { numSeeds: 1 } : seeds === undefined ? {} : { numSeeds: seeds }),
    run: (args) => runCommand(args, commandOptions),
  };
}

/** Looks which runs are missing, and how long they take as they are told. */
async function missingRuns(
  { names }: ReproduceCommand,
  { results, make }: { readonly results: Results; readonly make: MakeOptions },
): Promise<Record<string, RunsToMake>> {
  const entries = await Promise.all(names.map(async (name) => {
    const { minutes = "", numRuns, numSeeds = 1, runsToMake } = results[name]!;
    const count = await runsToMake?.(make) ?? 0;
    return [name, {
      count,
      seconds: secondsOf(minutes) * numSeeds / Math.max(1, numRuns),
    }] as const;
  }));
  return Object.fromEntries(entries);
}

/** Where the frames of a result go. */
function framesFolder(name: string, { commit }: ReproduceCommand, { folder }: MakeOptions): string {
  return commit ? committedFolder(name) : `${folder}/${name}/results`;
}

/** Makes a result, and prints and writes what is shown of it; gives the exit code, and its runs. */
async function reproduce(
  name: string,
  results: Results,
  { command, make }: { readonly command: ReproduceCommand; readonly make: MakeOptions },
): Promise<{ readonly code: number; readonly runs: MadeRuns[string] }> {
  const result = results[name]!;
  // Runs say themselves how far they are.
  if (result.numRuns === 0) printLine(`making ${name}, within a minute or two`);
  const { code, frames, madeBy = {}, places = [] } = await result.make(make);
  if (frames === undefined) return { code, runs: [] };
  const again = `deno task reproduce ${name}${flagsOf(command)}`;
  const folder = framesFolder(name, command, make);
  const bytes = await writeResultFrames(folder, {
    frames,
    madeBy: { result: name, command: again, ...madeBy },
  });
  // From what was written, so that documents can be made from it as well.
  const written = await readResultFrames(folder, again);
  const shown = result.show(written.frames);
  for (const table of Object.values(shown.tables)) printLine(`\n${terminalTable(table)}`);
  printLine(`\n${folder} (${bytes} bytes)`);
  for (const path of await writeResult(`${make.folder}/${name}`, shown)) printLine(path);
  return { code: 0, runs: places };
}

const flagsOf = ({ commit, quick, seeds }: ReproduceCommand) =>
  (commit ? " --commit" : "") + (quick ? " --quick" : "") +
  (seeds === undefined ? "" : ` --seeds ${seeds}`);

/** Frames of the report: what was made now, and besides what is committed; of small budgets, those alone. */
async function framesOfReport(
  command: ReproduceCommand,
  results: Results,
  make: MakeOptions,
): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.keys(results).map(async (name) => {
      const isMade = command.names.includes(name);
      if (command.quick && !isMade) return [];
      const folder = isMade ? framesFolder(name, command, make) : committedFolder(name);
      return await pathExists(folder) ? [[name, folder] as const] : [];
    }),
  );
  return Object.fromEntries(entries.flat());
}

/** What to do about frames that the report cannot be made from. */
const remedyOf = (name: string, command: ReproduceCommand) =>
  command.names.includes(name)
    ? `Make it again: deno task reproduce ${name}${flagsOf(command)}`
    : restoreRemedy(name);

/** Where the report goes. */
const reportFolder = ({ out }: ReproduceCommand, { folder }: MakeOptions) =>
  out === undefined ? `${folder}/report` : userPath(out);

/** Refuses before hours of work what would refuse the report after them. */
async function checkReport(
  command: ReproduceCommand,
  { results, make }: { readonly results: Results; readonly make: MakeOptions },
): Promise<void> {
  const folder = reportFolder(command, make);
  await createFolder(folder);
  if (command.out !== undefined) await refuseForeignPage(`${folder}/index.html`);
  for (const [name, frames] of Object.entries(await framesOfReport(command, results, make))) {
    if (command.names.includes(name)) continue;
    await readResultFrames(frames, remedyOf(name, command));
  }
}

/** A page that somebody else put where the report is to go is not replaced. */
async function refuseForeignPage(path: string): Promise<void> {
  const text = await Deno.readTextFile(path).catch(() => undefined);
  if (text === undefined || text.includes(`content="${REPORT_MARK}"`)) return;
  throw new ConfigError(
    `Cannot write the report to ${named(path)} as it would replace a page that is none of its own`,
    { thing: path, remedy: "Name another folder: --out FOLDER" },
  );
}

interface ReportParts {
  readonly results: Results;
  readonly make: MakeOptions;
  readonly runs: MadeRuns;
}

/** Writes the report, and with --commit the documents as well; gives the exit code. */
async function report(
  command: ReproduceCommand,
  { results, make, runs }: ReportParts,
): Promise<number> {
  printLine("\nWriting the report");
  const repository = { root: ".", results };
  const progress = reportProgress();
  let committed: Committed | undefined;
  try {
    // Then all frames of the report are committed.
    if (command.commit) committed = await readCommitted({ ...repository, progress });
    const page = await writeReport({
      results,
      read: committed?.read ?? await readResults(await framesOfReport(command, results, make), {
        results,
        progress,
        remedyOf: (name) => remedyOf(name, command),
      }),
      folder: reportFolder(command, make),
      notes: command.quick ? [QUICK_NOTE] : [],
    }, { runs, progress });
    printLine(page);
  } finally {
    progress.end();
  }
  return committed === undefined ? 0 : await mendDocuments(repository, committed);
}

const QUICK_NOTE =
  "Made with one seed and small budgets (--quick), to see every table filled: nothing can be concluded from it.";

/** Leaves out of all results what no document shows, as it has no folder; refuses it where it is named. */
async function committedNames({ names, all }: ReproduceCommand): Promise<readonly string[]> {
  const folders = await Promise.all(names.map((name) => pathExists(`experiments/${name}`)));
  const without = names.filter((_, i) => !folders[i]);
  if (all || without.length === 0) return names.filter((name) => !without.includes(name));
  throw new ConfigError(
    `Cannot commit ${without[0]} as it has no folder experiments/${
      without[0]
    }, so no document shows it`,
    { thing: without[0]!, remedy: "Leave out --commit, or name only the others" },
  );
}

/** Leaves out of all results, loudly, what needs something that is not there; refuses it where it is named. */
async function namesThatCanBeMade(
  { names, all }: ReproduceCommand,
  results: Results,
): Promise<readonly string[]> {
  const missing = await Promise.all(names.map((name) => results[name]!.missing?.()));
  const first = missing.find((error) => error !== undefined);
  if (first !== undefined && !all) throw first;
  for (const error of missing) {
    if (error !== undefined) printLine(`Left out: ${error.message}. ${error.remedy}`);
  }
  return names.filter((_, i) => missing[i] === undefined);
}

async function obey(args: readonly string[], results: Results): Promise<number> {
  const asked = parseReproduce(args, Object.keys(results));
  if (asked.documents) return await mendDocuments({ root: ".", results });
  if (asked.help || (asked.names.length === 0 && !asked.report)) {
    printLine(reproduceHelp(results, { made: RESULTS, quick: QUICK, kept: KEPT }));
    return 0;
  }
  const parsed = { ...asked, names: await namesThatCanBeMade(asked, results) };
  const command = parsed.commit ? { ...parsed, names: await committedNames(parsed) } : parsed;
  const make = makeOptions(command);
  await checkReport(command, { results, make });
  const runs: Record<string, MadeRuns[string]> = {};
  if (command.names.length > 0) printLine("Looking which runs are missing");
  const clock = runsClock(await missingRuns(command, { results, make }));
  for (const name of command.names) {
    const made = await reproduce(name, results, {
      command,
      make: { ...make, watch: clock.watch(name) },
    });
    if (made.code !== 0) return made.code;
    runs[name] = made.runs;
  }
  return await report(command, { results, make, runs });
}

/**
 * Does what a command line of `deno task reproduce` asks for.
 *
 * @param args The arguments.
 * @param load Gives the results that there are; default: all of this repository.
 * @returns The exit code; what went wrong is printed.
 */
export async function reproduceCommand(
  args: readonly string[],
  load: () => Promise<Results> = allResults,
): Promise<number> {
  try {
    return await obey(args, await load());
  } catch (error) {
    printError(error, { isDebug: false });
    return exitCodeOf(error, { isRunning: false });
  }
}

if (import.meta.main) Deno.exit(await reproduceCommand(Deno.args));
