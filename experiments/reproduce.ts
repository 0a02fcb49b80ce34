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
    "Usage: deno task reproduce NAME...",
    "",
    "Results that can be made again:",
    ...lines,
    "",
    `Runs go to ${ROOT}; finished ones are kept, an interrupted one goes on where it was.`,
    "Nothing on the paper's own data sets and models is reproduced yet.",
  ].join("\n");
}

/** Runs, resumes or keeps one run; gives its exit code. */
async function runOnce(out: string, args: readonly string[]): Promise<number> {
  const status = await readRecord(out).then((record) => record.status, () => undefined);
  if (status === "finished") return 0;
  // What is written outside the run's folder is named above.
  const goOn = ["--resume", out, "--allow-outside"];
  return await runCommand(status ? goOn : [...args, "--out", out], commandOptions);
}

async function reproduce(name: string): Promise<number> {
  const { runs, table } = results[name]!;
  const folder = `${ROOT}/${name}`;
  for (const [run, args] of Object.entries(runs)) {
    printLine(`\n=== ${name}: ${run}`);
    const code = await runOnce(`${folder}/${run}`, args);
    if (code !== 0) return code;
  }
  printLine(`\n${terminalTable(await table(folder))}`);
  return 0;
}

async function main(names: readonly string[]): Promise<number> {
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
    const code = await reproduce(name);
    if (code !== 0) return code;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
