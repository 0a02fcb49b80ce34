import { assertEquals } from "@std/assert";
import { arms } from "../../experiments/cross_play/arms.ts";
import { LEARNERS, pairSeries } from "../../experiments/cross_play/pairs.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm, orderOfArms } from "../../lib/tracking/mod.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";
import { lastTurnRun as run } from "./last_turn_run.ts";

const names = Object.keys(arms.arms);
const configOf = (arm: string) => {
  const layer = layerOfArm(arms.arms[arm]!, (other) => `run of ${other}`);
  return resolveConfig(maporlSchema, [arms.settings, layer], []) as MaporlConfig;
};

Deno.test("cross_play trains as many answers in every mode, and has every pair once", () => {
  const trained = LEARNERS.slice(0, 4);
  assertEquals(orderOfArms(arms.arms).slice(0, 4), trained);
  for (const arm of trained) {
    const { algorithm, seats, discussion } = configOf(arm);
    const numFrozen = seats?.filter(({ frozen }) => frozen).length ?? 0;
    const answers = algorithm.questionsPerUpdate * (2 - numFrozen) * discussion.numTurns;
    assertEquals(answers, 576, arm);
  }
  // 15 pairs of 5, of which 5 are measured by the arms that train: 3 of a kind, the base model, one beside it.
  assertEquals(names.length, 4 + 15 - 5);
  const seatsOf = (arm: string) => configOf(arm).seats!.map(({ initFrom }) => initFrom);
  assertEquals(seatsOf("co-trained + separate"), [
    { run: "run of co-trained", agent: 0 },
    { run: "run of separate", agent: 1 },
  ]);
  assertEquals(seatsOf("separate + off the shelf"), [{ run: "run of separate", agent: 0 }, null]);
  assertEquals(
    seatsOf("beside the base + beside the base"),
    Array(2).fill({ run: "run of beside the base", agent: 0 }),
  );
});

const NONE = [[0, 0], [0, 0]], HALF = [[1, 1], [0, 0]], ALL = [[1, 1], [1, 1]];
const runs: ArmRun[] = [
  run("co-trained", { "off-the-shelf": HALF, "MAPoRL": ALL }),
  run("separate", { "off-the-shelf": HALF, "MAPoRL": HALF }),
  run("beside the base", { "off-the-shelf": HALF, "MAPoRL": [[1, 0], [1, 0]] }),
  // The first agent is right once, the second never.
  run("co-trained + separate", {
    "before training": [[1, 0], [0, 0]],
    "before training again": NONE,
  }),
];

Deno.test("cross_play's matrix has each agent's own accuracy, wherever it sits", () => {
  assertEquals(pairSeries(runs).map(({ name }) => name), [
    ...["off the shelf + off the shelf", "co-trained + co-trained", "separate + separate"],
    ...["beside the base + off the shelf", "co-trained + separate"],
  ]);
  const { rows } = arms.table(runs);
  const cells = rows.map(([name, ...rest]) => [
    name,
    ...rest.map((cell) => cell === null ? null : (cell as Interval).estimate),
  ]);
  assertEquals(cells, [
    ["co-trained", 1, null, 0.5, null, null],
    ["separate", 0, null, 0.5, null, null],
    ["beside the base", null, null, null, null, 1],
    ["off the shelf", null, null, null, 0, 0.5],
  ]);
});

Deno.test("cross_play's regret is what both reach with their own kind minus what they reach together", () => {
  const { tables } = resultOfArms(arms).show(framesOfRuns(runs));
  const { rows } = withoutPValues(tables.regret!);
  // With their own kind 1 and 1/2; together 1 of 4 answers is right.
  assertEquals(
    rows.map(([name, ...cells]) => [name, ...cells.map((cell) => (cell as Interval).estimate)]),
    [["co-trained + separate", 0.75, 0.25, 0.5]],
  );
  assertEquals(tables.main!.rows, arms.table(runs).rows);
});
