import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms as offTheShelf } from "../../experiments/off_the_shelf/arms.ts";
import { quickSettings } from "../../experiments/quick_settings.ts";
import { arms } from "../../experiments/training_length/arms.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, layerOfArm } from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";

const configOf = ({ settings, arms }: typeof offTheShelf, arm: string, over: object = {}) =>
  resolveConfig(maporlSchema, [settings, layerOfArm(arms[arm]!), over], []) as MaporlConfig;

Deno.test("training_length differs from Experiment 1 in how long it trains and what it asks", () => {
  for (const domain of Object.keys(arms.arms)) {
    const [{ evaluation, ...longer }, { evaluation: asked, ...first }] = [
      configOf(arms, domain),
      configOf(offTheShelf, `${domain}, alpha 0`),
    ];
    assertEquals([first.algorithm.updates, longer.algorithm.updates], [8, 32]);
    assertEquals({ ...longer, algorithm: { ...longer.algorithm, updates: 8 } }, first);
    assertEquals([evaluation.numAgents, asked.numAgents], [3, 3]);
    // Test questions may not be asked between updates, and are known.
    assertEquals([evaluation.split, evaluation.every, asked.split], ["validation", 8, "test"]);
    const quick = configOf(arms, domain, quickSettings("maporl")(configOf(arms, domain)));
    assertEquals([quick.algorithm.updates, quick.evaluation.every], [2, 1]);
  }
});

/** Two questions of two turns, before training and after 8 and 16 updates: which answers are right. */
const run = (seed: number): ArmRun => ({
  arm: "entailment",
  seed,
  evaluations: [
    // Out of order, as nothing promises one.
    ...smallRows(answersOf("MAPoRL", 16, [[true, true], [false, true]])),
    ...smallRows(answersOf("off-the-shelf", 0, [[true, false], [false, false]])),
    ...smallRows(answersOf("MAPoRL", 8, [[true, true], [false, false]])),
  ],
  baselines: [],
});

Deno.test("the table has a row for each evaluation, and what the turns add", () => {
  const { columns, rows } = arms.table([run(0), run(1)]);
  assertEquals(rows.map(([name]) => name), [
    ...["off the shelf", "after 8 updates", "after 16 updates"].map((x) => `entailment: ${x}`),
  ]);
  const valuesOf = (title: string) =>
    rows.map((row) => {
      const cell = row[columns.findIndex((column) => column.title === title)] as Interval | null;
      return cell && cell.estimate;
    });
  // Right of two: 1 → 0, 1 → 1, 1 → 2.
  assertEquals(valuesOf("turn 1"), [0.5, 0.5, 0.5]);
  assertEquals(valuesOf("turn 2"), [0, 0.5, 1]);
  assertEquals(valuesOf("last - first"), [-0.5, 0, 0.5]);
  assertEquals(valuesOf("last turn - off the shelf"), [null, 0.5, 1]);
});

Deno.test("the picture has what the turns add after so many updates", () => {
  const shown = JSON.stringify(arms.plot!([run(0), run(1)]));
  const points = [...shown.matchAll(/\{"series":"entailment","x":(\d+),"y":(-?[\d.]+)/g)]
    .map(([, x, y]) => [Number(x), Number(y)]);
  assert(points.length >= 3);
  for (const [i, [x, y]] of [[0, -0.5], [8, 0], [16, 0.5]].entries()) {
    assertEquals(points[i]![0], x);
    assertAlmostEquals(points[i]![1]!, y!);
  }
});
