import { assertStringIncludes } from "@std/assert";
import { reproduceHelp } from "../../experiments/reproduce_help.ts";
import type { Result } from "../../lib/tracking/mod.ts";

const result = (parts: Partial<Result>): Result => ({
  summary: "what it shows",
  numRuns: 6,
  make: () => Promise.reject(new Error("nobody makes it")),
  show: () => ({ tables: {} }),
  ...parts,
});

Deno.test("reproduceHelp() tells how long a seed of each result takes, and all together", () => {
  const text = reproduceHelp({
    short: result({ minutes: "10 to 20 on two cores, estimated", numSeeds: 4 }), // 4 · 15 minutes
    long: result({ minutes: "about 60 on two cores", numSeeds: 2 }),
    still: result({ numRuns: 0, minutes: "90 on two cores" }),
  }, { made: "made", quick: "quick", kept: "kept" });
  assertStringIncludes(text, "  short  what it shows (6 runs, 10 to 20 minutes a seed)\n");
  assertStringIncludes(text, "  still  what it shows (needs no run)\n");
  assertStringIncludes(text, "about 3 hours on two cores");
});
