import { type Result, secondsOf } from "../lib/tracking/mod.ts";
import type { Results } from "./results.ts";

/** Where what is made goes. */
interface Places {
  readonly made: string;
  readonly quick: string;
  readonly kept: string;
}

/**
 * What `deno task reproduce` says about itself.
 *
 * @param results All results.
 * @param places Where what is made goes.
 * @returns Several lines.
 */
export function reproduceHelp(results: Results, { made, quick, kept }: Places): string {
  const width = Math.max(...Object.keys(results).map((name) => name.length));
  const lines = Object.entries(results).map(([name, result]) =>
    `  ${name.padEnd(width)}  ${result.summary} (${takes(result)})`
  );
  const seconds = Object.values(results).reduce((sum, result) => sum + secondsToMake(result), 0);
  return [
    "Usage: deno task reproduce all|NAME... [--seeds N | --quick | --commit] [--out FOLDER]",
    "       deno task reproduce --report [--out FOLDER]",
    "       deno task reproduce --documents",
    "",
    "Results that can be made again:",
    ...lines,
    "",
    `All of them together take about ${
      Math.round(seconds / 3600)
    } hours on two cores, in as many pieces as you like.`,
    "",
    `Small frames, tables and pictures go to ${made}/NAME, runs to ${kept}, a report on all results`,
    `to ${made}/report/index.html. A finished run with the same settings, inputs and code is kept, an`,
    "interrupted one goes on where it was: stopped at any moment, the same command makes the rest.",
    "",
    "  --seeds N             only the first N seeds of each result",
    `  --quick               one seed and small budgets, apart from the rest in ${quick}:`,
    "                        fills every table, and tells nothing",
    "  --commit              frames go to experiments/NAME/results, to be committed, and what documents",
    "                        show of them is written into the documents",
    "  --out FOLDER          where the report goes",
    "  --report              only the report, from the frames that are committed; needs no run",
    "  --documents           only the documents and the committed report, from the frames that are committed;",
    "                        needs no run",
    "  --allow-other-device  interrupted runs go on also on a device, library or version that gives",
    "                        other results",
    "",
    "Nothing on the paper's own data sets and models is reproduced yet.",
  ].join("\n");
}

/** Its runs, and how long each seed of them takes. */
function takes({ numRuns, minutes }: Result): string {
  if (numRuns === 0) return "needs no run";
  const each = minutes?.split(" on ")[0];
  return `${numRuns} runs${each === undefined ? "" : `, ${each} minutes a seed`}`;
}

/** How long all its seeds take, as it says itself. */
function secondsToMake({ minutes = "", numSeeds = 1, numRuns }: Result): number {
  return numRuns === 0 ? 0 : secondsOf(minutes) * numSeeds;
}
