import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Interval } from "../../lib/evaluation/mod.ts";
import {
  accuracyByTurnPlot,
  type ArmRun,
  discussionSeries,
  panelsOfSeries,
  plotsBeside,
  renderPlot,
  summariesOfSeries,
  turnsOfSeries,
  voteTransitionsTable,
} from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";
import { withoutPValues } from "./without_p_values.ts";

/** One agent's answers to two questions in two turns, before and after training. */
function run(arm: string, seed: number, trained: readonly (readonly boolean[])[]): ArmRun {
  return {
    arm,
    seed,
    baselines: [],
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[true, false], [false, false]]),
      ...answersOf("MAPoRL", 8, trained),
    ],
  };
}

const RUNS = [
  run("one", 0, [[true, true], [false, true]]),
  run("other", 0, [[true, true], [false, false]]),
  run("one", 1, [[true, true], [false, true]]),
];
const nameOf = ({ arm }: ArmRun, model: string) => model === "off-the-shelf" ? "base" : arm;
const SERIES = discussionSeries(RUNS, nameOf);
const estimates = (cells: readonly unknown[]) =>
  cells.map((cell) => cell === null ? null : (cell as Interval).estimate);

Deno.test("discussionSeries() pools seeds under a name, counts what several arms repeat once, leaves out what has none", () => {
  assertEquals(SERIES.map(({ name, bySeed }) => [name, [...bySeed.keys()]]), [
    ["base", [0, 1]],
    ["one", [0, 1]],
    ["other", [0]],
  ]);
  // Two questions, two turns, one agent.
  assertEquals(SERIES[0]!.bySeed.get(0)!.length, 4);
  const trained = discussionSeries(RUNS, ({ arm }, model) => model === "MAPoRL" ? arm : undefined);
  assertEquals(trained.map(({ name }) => name), ["one", "other"]);
});

Deno.test("turnsOfSeries() shows turns, what they add, and differences of the last turn over seeds that both have", () => {
  const table = turnsOfSeries(SERIES, {
    metric: "vote",
    questions: "test questions",
    differences: [
      { title: "last turn - base", from: (name) => name === "base" ? undefined : "base" },
      { title: "last turn - nobody", from: () => "nobody" },
    ],
  });
  const { columns, rows, caption, title } = withoutPValues(table);
  assertEquals(columns.map(({ title }) => title), [
    ...["model", "turn 1", "turn 2", "last - first", "last turn - base", "last turn - nobody"],
  ]);
  const half = 1 / 2;
  assertEquals(rows.map(([name, ...cells]) => [name, ...estimates(cells)]), [
    ["base", half, 0, -half, null, null],
    ["one", half, 1, half, 1, null],
    ["other", half, half, 0, half, null],
  ]);
  assert(title.includes("4 test questions, A = 1") && title.includes("2 test questions"), title);
  // Gains of three series, and differences of two of them to the base model.
  assert(caption!.includes("adjusted by Holm for the 5 differences of this table"), caption);
  assertEquals(table.columns.filter(({ title }) => title === "p (Holm)").length, 2);
});

Deno.test("voteTransitionsTable() has the paper's four cells, their net and denominators", () => {
  const { rows } = voteTransitionsTable(SERIES);
  const cells = rows.map(([name, turns, ...rest]) => [
    name,
    turns,
    ...estimates(rest.slice(0, -1)),
    rest.at(-1)!,
  ]);
  assertEquals(cells, [
    // RR, WR, RW, WW, net, questions: one goes right to wrong, the other stays wrong.
    ["base", "1 → 2", 0, 0, 1 / 2, 1 / 2, -1 / 2, 4],
    ["one", "1 → 2", 1 / 2, 1 / 2, 0, 0, 1 / 2, 4],
    ["other", "1 → 2", 1 / 2, 0, 0, 1 / 2, 0, 2],
  ]);
});

Deno.test("voteTransitionsTable() counts ties in parts, as votes are counted", () => {
  // Two agents: one right and one wrong, then both right.
  const evaluations = [0, 1].flatMap((agent) =>
    answersOf("off-the-shelf", 0, [[agent === 0, true]]).map((row) => ({ ...row, agent }))
  );
  const series = discussionSeries([{ ...RUNS[0]!, evaluations }], () => "base");
  const [[, , ...cells] = []] = voteTransitionsTable(series).rows;
  assertEquals(estimates(cells.slice(0, -1)), [1 / 2, 1 / 2, 0, 0, 1 / 2]);
});

Deno.test("panelsOfSeries() draws a panel for each word before the colon, lines named by what is behind it", async () => {
  const series = SERIES.flatMap((one) =>
    ["sums", "claims"].map((panel) => ({ ...one, name: `${panel}: ${one.name}` }))
  );
  const options = { title: "Accuracy", questions: "test questions", metric: "vote" as const };
  const { svg } = await renderPlot(panelsOfSeries(series, options));
  const count = (text: string) => svg.split(`>${text}</text>`).length - 1;
  assertEquals(["sums", "claims", "base", "one", "Accuracy"].map(count), [1, 1, 2, 2, 1]);
  assert(svg.includes("2 seeds, test questions, 95 % intervals"), svg);
});

Deno.test("plotsBeside() refuses nothing to show", () => {
  assertThrows(() => plotsBeside([], { title: "Accuracy" }), RangeError, 'Cannot plot "Accuracy"');
  assertThrows(
    () => panelsOfSeries([], { title: "Accuracy", questions: "", metric: "vote" }),
    RangeError,
    "there must be a plot",
  );
});

Deno.test("summariesOfSeries() of one series is what its plot shows", () => {
  const { base } = summariesOfSeries(SERIES);
  assertEquals([base!.numQuestions, base!.numTurns], [4, 2]);
  assertAlmostEquals(base!.turns[0]!.vote!.estimate, 1 / 2, 1e-12);
  assert(JSON.stringify(accuracyByTurnPlot({ base: base! }, { title: "" })).includes('"base"'));
});
