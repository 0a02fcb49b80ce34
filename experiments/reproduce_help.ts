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
  const lines = Object.entries(results).map(([name, { summary, numRuns }]) =>
    `  ${name.padEnd(width)}  ${summary} (${numRuns === 0 ? "needs no run" : `${numRuns} runs`})`
  );
  return [
    "Usage: deno task reproduce all|NAME... [--seeds N | --quick | --commit] [--out FOLDER]",
    "       deno task reproduce --report [--out FOLDER]",
    "       deno task reproduce --documents",
    "",
    "Results that can be made again:",
    ...lines,
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
