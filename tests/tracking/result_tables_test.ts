import { assertEquals, assertStringIncludes } from "@std/assert";
import { terminalTable, turnsTable, verifierTable } from "../../lib/tracking/mod.ts";

const interval = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 });
const metrics = (value: number) => ({
  meanAccuracy: interval(value),
  vote: interval(value),
  passAtA: null,
  invalidRate: interval(0),
  meanLength: interval(20),
});

Deno.test("turnsTable() has a row per model and a column per turn, counted from 1", () => {
  const summary = {
    numQuestions: 300,
    numTexts: 300,
    numAgents: 3,
    numTurns: 2,
    turns: [metrics(0.6), metrics(0.7)],
    gain: metrics(0.1),
  };
  const short = { ...summary, numTurns: 1, turns: [metrics(0.5)] };
  const table = turnsTable({ "off-the-shelf": short, MAPoRL: summary }, "meanAccuracy", {
    questions: "test questions of seed 2",
  });
  assertStringIncludes(
    table.title,
    "(300 test questions of seed 2, A = 3; 95 % intervals over questions)",
  );
  assertEquals(table.columns.map(({ title }) => title), [
    "model",
    "turn 1",
    "turn 2",
    "last - first",
  ]);
  assertEquals(table.rows, [
    ["off-the-shelf", interval(0.5), null, interval(0.1)],
    ["MAPoRL", interval(0.6), interval(0.7), interval(0.1)],
  ]);
});

Deno.test("verifierTable() shows the metrics of every verifier", () => {
  const metrics = {
    count: 400,
    rightShare: 0.6,
    accuracy: 0.9,
    auroc: null,
    brier: 0.08,
    ece: 0.02,
    logLoss: 0.3,
  };
  const text = terminalTable(verifierTable({ calibrated: metrics }));
  assertStringIncludes(text, "calibrated      400        0.600     0.900");
  assertStringIncludes(text, "0.0800             0.0200           0.3000");
});
