/**
 * Makes results of this repository again: `deno task reproduce` lists them.
 *
 * @module
 */
import { named, nearestName, pathExists } from "../lib/core/mod.ts";
import {
  exitCodeOf,
  exitCodes,
  type KeepOptions,
  printError,
  printErrorLine,
  printLine,
  readResultFrames,
  runCommand,
  terminalTable,
  writeResult,
  writeResultFrames,
} from "../lib/tracking/mod.ts";
import { committedFolder } from "./documents.ts";
import { commandOptions } from "./main.ts";
import { mendDocuments } from "./mend_documents.ts";
import { allResults, RESULTS, type Results } from "./results.ts";

/** The runs that results are made from. */
const KEPT = "runs/kept";
/** Passed on to runs that go on. */
const ALLOW_OTHER_DEVICE = "--allow-other-device";
const COMMIT = "--commit";
const DOCUMENTS = "--documents";
const FLAGS: readonly string[] = [ALLOW_OTHER_DEVICE, COMMIT, DOCUMENTS];

/** How runs are kept and made. */
const keepWith = (goOnFlags: readonly string[]): KeepOptions => ({
  root: KEPT,
  dtype: "float32",
  flags: [],
  goOnFlags,
  run: (args) => runCommand(args, commandOptions),
});

function listText(results: Results): string {
  const width = Math.max(...Object.keys(results).map((name) => name.length));
  const lines = Object.entries(results).map(([name, { summary, numRuns }]) =>
    `  ${name.padEnd(width)}  ${summary} (${numRuns === 0 ? "needs no run" : `${numRuns} runs`})`
  );
  return [
    `Usage: deno task reproduce NAME... [${COMMIT}] [${ALLOW_OTHER_DEVICE}]`,
    `       deno task reproduce ${DOCUMENTS}`,
    "",
    "Results that can be made again:",
    ...lines,
    "",
    `Small frames, tables and pictures go to ${RESULTS}/NAME, runs to ${KEPT}. A finished run with`,
    "the same settings, inputs and code is kept, an interrupted one goes on where it was,",
    `with ${ALLOW_OTHER_DEVICE} also on a device, library or version that gives other results.`,
    `With ${COMMIT} the frames go to experiments/NAME/results, to be committed, and what documents`,
    `show of them is written into the documents. ${DOCUMENTS} does only this, for all frames that`,
    "are committed, and needs no run.",
    "Nothing on the paper's own data sets and models is reproduced yet.",
  ].join("\n");
}

/** Makes a result, and prints and writes what is shown of it; gives the exit code. */
async function reproduce(
  name: string,
  results: Results,
  options: { readonly keep: KeepOptions; readonly isCommitted: boolean },
): Promise<number> {
  const result = results[name]!;
  const { code, frames, madeBy = {} } = await result.make(options.keep);
  if (frames === undefined) return code;
  const command = `deno task reproduce ${name} ${COMMIT}`;
  const folder = options.isCommitted ? committedFolder(name) : `${RESULTS}/${name}/results`;
  const bytes = await writeResultFrames(folder, {
    frames,
    madeBy: { result: name, command, ...madeBy },
  });
  // From what was written, so that documents can be made from it as well.
  const written = await readResultFrames(folder, command);
  const shown = result.show(written.frames);
  for (const table of Object.values(shown.tables)) printLine(`\n${terminalTable(table)}`);
  printLine(`\n${folder} (${bytes} bytes)`);
  for (const path of await writeResult(`${RESULTS}/${name}`, shown)) printLine(path);
  return 0;
}

/** What is wrong with the arguments, if anything. */
async function problemOf(args: readonly string[], results: Results): Promise<string | undefined> {
  const names = args.filter((arg) => !FLAGS.includes(arg));
  const unknown = names.find((name) => !Object.hasOwn(results, name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, [...Object.keys(results), ...FLAGS]);
    return `Cannot reproduce ${named(unknown)} as there is no such result.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
      ` There are: ${Object.keys(results).join(", ")}`;
  }
  if (args.includes(DOCUMENTS) && args.length > 1) {
    return `Cannot take ${DOCUMENTS} beside ${named(args.find((arg) => arg !== DOCUMENTS)!)} ` +
      `as it makes documents from all frames that are committed. Give ${DOCUMENTS} alone`;
  }
  if (!args.includes(COMMIT)) return undefined;
  const folders = await Promise.all(
    names.map((name) => pathExists(`experiments/${name}`)),
  );
  const without = names.find((_, i) => !folders[i]);
  return without === undefined ? undefined : `Cannot commit ${without} as it has no folder ` +
    `experiments/${without}, so no document shows it. Leave out ${COMMIT}`;
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !FLAGS.includes(arg));
  const results = await allResults();
  const isOfDocuments = args.includes(DOCUMENTS);
  if (args.includes("--help") || (names.length === 0 && !isOfDocuments)) {
    printLine(listText(results));
    return 0;
  }
  const problem = await problemOf(args, results);
  if (problem !== undefined) {
    printErrorLine(`error: ${problem}`);
    return exitCodes.refused;
  }
  const isCommitted = args.includes(COMMIT);
  const keep = keepWith(args.filter((arg) => arg === ALLOW_OTHER_DEVICE));
  for (const name of names) {
    const code = await reproduce(name, results, { keep, isCommitted });
    if (code !== 0) return code;
  }
  return isCommitted || isOfDocuments ? await mendDocuments({ root: ".", results }) : 0;
}

if (import.meta.main) {
  Deno.exit(
    await main(Deno.args).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}
