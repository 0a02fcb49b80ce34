/**
 * Makes results of this repository again: `deno task reproduce` lists them.
 *
 * @module
 */
import { named, nearestName } from "../lib/core/mod.ts";
import {
  printErrorLine,
  printLine,
  readRecord,
  runCommand,
  type RunStatus,
  type Table,
  terminalTable,
} from "../lib/tracking/mod.ts";
import { commandOptions } from "./main.ts";
import { comparedCheckpoints, gainBySeed } from "./reproduced_tables.ts";

/** A result and the runs that it is made from. */
interface Result {
  /** What it shows, in a line. */
  readonly summary: string;
  /** Command lines of its runs by the name of their folder; each run may use those before it. */
  readonly runs: Readonly<Record<string, readonly string[]>>;
  /** Makes its table from the runs' folders. */
  readonly table: (folder: string) => Promise<Table>;
}

const ROOT = "runs/reproduce";
/** Passed on to runs that go on. */
const ALLOW_OTHER_DEVICE = "--allow-other-device";
const SEEDS = [0, 1, 2];

const results: Readonly<Record<string, Result>> = {
  quickstart: {
    summary: "MAPoRL against off-the-shelf at turns 1 to 3 for three seeds, and without training",
    runs: Object.fromEntries([
      ...SEEDS.map((seed) => [`seed_${seed}`, ["quickstart", "--seed", `${seed}`]]),
      ["no_training", ["quickstart", "--set", "algorithm.updates=0"]],
    ]),
    table: (folder) =>
      gainBySeed([...SEEDS.map((seed) => `seed_${seed}`), "no_training"], { folder }),
  },
  checkpoints: {
    summary:
      "the committed base model and verifier, made anew with seed 0 and compared byte by byte",
    runs: {
      base: ["pretrain", "--set", `saveTo=${ROOT}/checkpoints/saved/base`],
      verifier: [
        "train_verifier",
        ...["--set", `base=${ROOT}/checkpoints/saved/base`],
        ...["--set", `saveTo=${ROOT}/checkpoints/saved/verifier`],
      ],
    },
    table: (folder) =>
      comparedCheckpoints(["base", "verifier"], {
        folder: `${folder}/saved`,
        committed: "data/checkpoints/arithmetic",
      }),
  },
};

function listText(): string {
  const width = Math.max(...Object.keys(results).map((name) => name.length));
  const lines = Object.entries(results).map(([name, { summary, runs }]) =>
    `  ${name.padEnd(width)}  ${summary} (${Object.keys(runs).length} runs)`
  );
  return [
    `Usage: deno task reproduce NAME... [${ALLOW_OTHER_DEVICE}]`,
    "",
    "Results that can be made again:",
    ...lines,
    "",
    `Runs go to ${ROOT}; finished ones are kept, an interrupted one goes on where it was,`,
    `with ${ALLOW_OTHER_DEVICE} also on a device, library or version that gives other results.`,
    "Nothing on the paper's own data sets and models is reproduced yet.",
  ].join("\n");
}

/** A run of a result. */
interface ResultRun {
  /** Its folder. */
  readonly out: string;
  /** Its command line. */
  readonly args: readonly string[];
  /** Passed on where it goes on. */
  readonly flags: readonly string[];
}

/**
 * The command line that makes a run, or goes on with it.
 *
 * @param status What its record says; undefined where there is none.
 * @param run The run.
 * @returns Arguments of `deno task experiment`; undefined where nothing is left to do.
 */
export function commandLineOf(
  status: RunStatus | undefined,
  { out, args, flags }: ResultRun,
): readonly string[] | undefined {
  if (status === "finished") return undefined;
  // What is written outside the run's folder is named above.
  return status ? ["--resume", out, "--allow-outside", ...flags] : [...args, "--out", out];
}

/** Runs, resumes or keeps one run; gives its exit code. */
async function runOnce(run: ResultRun): Promise<number> {
  const status = await readRecord(run.out).then((record) => record.status, () => undefined);
  const args = commandLineOf(status, run);
  return args ? await runCommand(args, commandOptions) : 0;
}

async function reproduce(name: string, flags: readonly string[]): Promise<number> {
  const { runs, table } = results[name]!;
  const folder = `${ROOT}/${name}`;
  for (const [run, args] of Object.entries(runs)) {
    printLine(`\n=== ${name}: ${run}`);
    const code = await runOnce({ out: `${folder}/${run}`, args, flags });
    if (code !== 0) return code;
  }
  printLine(`\n${terminalTable(await table(folder))}`);
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== ALLOW_OTHER_DEVICE);
  const flags = args.filter((arg) => arg === ALLOW_OTHER_DEVICE);
  if (names.length === 0 || names.includes("--help")) {
    printLine(listText());
    return 0;
  }
  const unknown = names.find((name) => !Object.hasOwn(results, name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, Object.keys(results));
    printErrorLine(
      `error: Cannot reproduce ${named(unknown)} as there is no such result.` +
        (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
        ` There are: ${Object.keys(results).join(", ")}`,
    );
    return 2;
  }
  for (const name of names) {
    const code = await reproduce(name, flags);
    if (code !== 0) return code;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
