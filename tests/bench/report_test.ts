import { assertEquals } from "@std/assert";
import { type Comparison, keepResults, ratiosTable } from "../../bench/peers/report.ts";
import { pairedRuns } from "../../bench/peers/paired_runs.ts";
import { withTempFolder } from "../support/small_world.ts";

const comparison: Comparison = {
  section: "step",
  workload: "a step",
  dtype: "float32",
  peer: "PyTorch",
  variant: "eager",
  own: [1, 2, 3],
  other: [4, 6, 9],
};
const conditions = {
  machine: { processor: "", deno: "", commit: null, date: "" },
  devices: {},
  peer: {},
};

Deno.test("ratiosTable() shows medians in milliseconds, their ratio and the pairs' spread", () => {
  assertEquals(ratiosTable([comparison]).rows, [
    ["a step", "float32", "PyTorch eager", 2000, 6000, 3, "3.00 … 4.00 (3)"],
  ]);
});

Deno.test("pairedRuns() measures the two sides in turns, ours first", async () => {
  const calls: string[] = [];
  const side = (name: string) => () => Promise.resolve(calls.push(name));
  const { own, other } = await pairedRuns(side("own"), side("other"), 2);
  assertEquals(calls, ["own", "other", "own", "other"]);
  assertEquals([own, other], [[1, 3], [2, 4]]);
});

Deno.test("keepResults() replaces what was measured again and keeps the rest", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/results/peers.json`;
    const another = { ...comparison, variant: "compile" };
    await keepResults(path, conditions, [comparison, another]);
    await keepResults(path, conditions, [{ ...comparison, own: [5, 5, 5] }]);
    const kept = JSON.parse(await Deno.readTextFile(path)) as Comparison[];
    assertEquals(kept.map(({ variant, own }) => [variant, own]), [
      ["compile", [1, 2, 3]],
      ["eager", [5, 5, 5]],
    ]);
  });
});
