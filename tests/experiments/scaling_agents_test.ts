import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { arms } from "../../experiments/scaling_agents/arms.ts";
import { allWays } from "../../experiments/scaling_agents/frontier.ts";
import {
  sizedDiscussions,
  sizePoints,
  sizesTable,
  TRAINED,
} from "../../experiments/scaling_agents/sizes.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm, orderOfArms } from "../../lib/tracking/mod.ts";
import { discussionOf } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const configOf = (arm: string) => {
  const layer = layerOfArm(arms.arms[arm]!, (other) => `run of ${other}`);
  return resolveConfig(maporlSchema, [arms.settings, layer], []) as MaporlConfig;
};

Deno.test("scaling_agents trains two agents once, and up to nine discuss as they do", () => {
  assertEquals(orderOfArms(arms.arms)[0], TRAINED);
  const { discussion, evaluation } = configOf(TRAINED);
  assertEquals([discussion.numAgents, discussion.numTurns, evaluation.numTurns], [2, 3, 6]);
  const sizes = Object.keys(arms.arms).slice(1).map((arm) => {
    const { algorithm, discussion: { numAgents, numTurns }, seats } = configOf(arm);
    assertEquals(algorithm.updates, 0);
    assertEquals(arm.startsWith(`${numAgents} agent`), true);
    const begun = arm.endsWith("trained")
      ? Array(numAgents).fill({ run: `run of ${TRAINED}`, agent: 0 })
      : undefined;
    assertEquals(seats?.map(({ initFrom }) => initFrom), begun);
    return `${numAgents} × ${numTurns}`;
  });
  assertEquals([...new Set(sizes)], ["1 × 6", "3 × 6", "4 × 6", "6 × 4", "9 × 3"]);
});

/** Discussions of one question; 1 = right, shape [T, A]. A prompt computes 10 tokens and an answer has 1. */
const discussed = (model: string, correctTA: readonly (readonly number[])[]) =>
  discussionOf(model, correctTA, () => ({ computedPromptTokens: 10, responseFlops: 5e9 }));
const run = (arm: string, evaluations: ArmRun["evaluations"]): ArmRun => ({
  arm,
  seed: 0,
  evaluations,
  baselines: [],
});
const again = (correctTA: readonly (readonly number[])[]) => [
  ...discussed("before training", correctTA),
  ...discussed("before training again", correctTA),
];
const alone = [0, 1, 0, 1].map((correct, agent) => ({
  ...discussed("off-the-shelf", [[correct]])[0]!,
  agent,
  method: "sampled",
}));
const runs: ArmRun[] = [
  {
    ...run(TRAINED, [
      ...discussed("off-the-shelf", [[0, 0], [0, 0]]),
      ...discussed("MAPoRL", [[0, 0], [1, 1]]),
    ]),
    baselines: alone,
  },
  run("3 agents, off the shelf", again([[1, 0, 0], [1, 0, 0]])),
  run("3 agents, trained", again([[1, 1, 0], [1, 1, 1]])),
];

Deno.test("sizePoints() reads every shorter discussion out of a longer one, once", () => {
  const points = sizePoints(sizedDiscussions(runs)).map((point) => [
    point.kind,
    `${point.numAgents} × ${point.numTurns}`,
    point.vote.estimate,
    point.tokens,
    point.flops! / 1e9,
  ]);
  assertEquals(points, [
    ["off the shelf", "2 × 1", 0, 22, 10],
    ["off the shelf", "2 × 2", 0, 44, 20],
    ["off the shelf", "3 × 1", 0, 33, 15],
    ["off the shelf", "3 × 2", 0, 66, 30],
    ["trained", "2 × 1", 0, 22, 10],
    ["trained", "2 × 2", 1, 44, 20],
    ["trained", "3 × 1", 1, 33, 15],
    ["trained", "3 × 2", 1, 66, 30],
  ]);
});

Deno.test("scaling_agents' table pairs trained and untrained discussions of the same size", () => {
  const { rows } = withoutPValues(sizesTable(runs));
  const cells = rows.map((row) =>
    row.map((cell) => cell !== null && typeof cell === "object" ? cell.estimate : cell)
  );
  assertEquals(cells, [
    [2, 1, 0, 0, 0, 22, 10],
    [2, 2, 0, 1, 1, 44, 20],
    [3, 1, 0, 1, 1, 33, 15],
    [3, 2, 0, 1, 1, 66, 30],
  ]);
  // One arm alone, as at the end of its run.
  assertEquals(sizesTable([runs[1]!]).rows.map(([agents, turns]) => [agents, turns]), [[3, 1], [
    3,
    2,
  ]]);
});

Deno.test("scaling_agents' frontier has discussions of all sizes and answers without discussion", () => {
  const ways = allWays(runs);
  const one = ways.find(({ name }) => name === "off-the-shelf: one answer, as sampled");
  assert(one !== undefined, ways.map(({ name }) => name).join());
  assertAlmostEquals(one.value, 1 / 2);
  assert(ways.every(({ name }) => !/: discussion|oracle/.test(name)));
  const { tables, plots, ...shown } = resultOfArms(arms).show(framesOfRuns(runs));
  // Trained for three turns and asked for six: no row of the table over all results.
  assertEquals(shown.comparisons, undefined);
  const frontier = tables.frontier!.rows.map(([group, name, tokens, , accuracy]) => [
    ...[group, name, tokens],
    (accuracy as Interval).estimate,
  ]);
  // The cheapest is a single answer; what has all right at the fewest tokens ends the frontier.
  assertEquals(frontier.at(-1), ["discussion, trained", "3 × 1", 33, 1]);
  assertEquals(frontier[0]!.slice(0, 2), ["without discussion", one.name]);
  assert(JSON.stringify(plots!.picture).includes('"step-after"'));
});
