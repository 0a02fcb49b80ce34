import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { measureSpeed } from "../../experiments/measured_speed.ts";
import { ALL_SIZES } from "../../experiments/scaling_agents/sizes.ts";
import { type SpeedRow, speedTable } from "../../experiments/scaling_agents/speed.ts";
import { startDevice } from "../../lib/device/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";

const row = (repetition: number, seconds: number, peak: number | null): SpeedRow => ({
  device: "a machine",
  numAgents: 2,
  numTurns: 3,
  questions: 4,
  repetition,
  seconds,
  peak,
});

Deno.test("speedTable() has medians by size, per question and per answer", () => {
  const one = { ...row(0, 2, null), numAgents: 1, numTurns: 1 };
  const table = speedTable([row(0, 9, 30), row(1, 0.6, 10), row(2, 1.2, 20), one]);
  // 1.2 s for 4 questions of 6 answers each; 2 s for 4 questions of one.
  assertEquals(table.rows, [[2, 3, 300, 50, 20], [1, 1, 500, 500, null]]);
  assertStringIncludes(
    table.caption!,
    "4 validation questions at once, on a machine; medians of 3",
  );
  assertEquals(speedTable([]).rows, []);
});

Deno.test("measureSpeed() measures all numbers of agents, and frees the models", async () => {
  await startDevice("auto");
  const before = tf.memory().numTensors;
  const { result: rows } = await captureOutput(() => measureSpeed({ isQuick: true }));
  assertEquals(
    rows.map(({ numAgents, numTurns }) => [numAgents, numTurns]),
    ALL_SIZES.map((size) => [...size]),
  );
  for (const { seconds, peak } of rows) assert(seconds > 0 && (peak === null || peak > 0));
  assertEquals(tf.memory().numTensors, before);
});
