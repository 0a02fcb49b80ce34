import { assertEquals, assertStringIncludes } from "@std/assert";
import { reproduceCommand } from "../../experiments/reproduce.ts";
import { reproduceHelp } from "../../experiments/reproduce_help.ts";
import { ConfigError } from "../../lib/core/mod.ts";
import type { Result } from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";

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

Deno.test("deno task reproduce NAME --help explains itself, also where the result needs something that is not there", async () => {
  const missing = () =>
    Promise.resolve(new ConfigError("its model is missing", { remedy: "Get it" }));
  const load = () => Promise.resolve({ model: result({ missing }) });
  const { result: code, out } = await captureOutput(() =>
    reproduceCommand(["model", "--help"], load)
  );
  assertEquals(code, 0);
  assertStringIncludes(out, "Usage: deno task reproduce");
});
