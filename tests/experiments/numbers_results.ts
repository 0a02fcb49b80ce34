/**
 * `deno task reproduce` with results that take no time: `numbers` has a table, `others` the same; `unshown` is for no
 * document. To be started in any folder; everything is written there.
 *
 * @module
 */
import { madeHere } from "../../experiments/made_here.ts";
import { reproduceCommand } from "../../experiments/reproduce.ts";
import type { Results } from "../../experiments/results.ts";
import { frameOf, type Result, rowsOf } from "../../lib/tracking/mod.ts";

const columns = { number: { type: "int", unit: "", meaning: "a number" } } as const;

function resultOf(name: string): Result {
  return {
    summary: "a number",
    numRuns: 0,
    make: () => madeHere(name, { numbers: frameOf(columns, [{ number: 7 }]) }),
    show: (frames) => ({
      tables: {
        numbers: {
          title: "Numbers",
          columns: [{ title: "number", digits: 0 }],
          rows: rowsOf(frames, "numbers", columns).map(({ number }) => [number]),
        },
      },
    }),
  };
}

const results: Results = Object.fromEntries(
  ["numbers", "others", "unshown"].map((name) => [name, resultOf(name)]),
);

if (import.meta.main) Deno.exit(await reproduceCommand(Deno.args, () => Promise.resolve(results)));
