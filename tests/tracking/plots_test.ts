import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import {
  accuracyByTurnPlot,
  annotationSharesPlot,
  learningCurvePlot,
  linePlot,
  type LinePlotOptions,
  renderPlot,
} from "../../lib/tracking/mod.ts";

const options: LinePlotOptions = {
  title: "Accuracy by turn",
  x: { title: "turn" },
  y: { title: "accuracy", format: ".0%" },
  points: [
    { series: "base", x: 1, y: 0.6, low: 0.55, high: 0.65 },
    { series: "base", x: 2, y: 0.6, low: 0.55, high: 0.65 },
    { series: "MAPoRL", x: 1, y: 0.6 },
    { series: "MAPoRL", x: 2, y: 0.8 },
  ],
};

/** Texts of an SVG with their vertical place in the plot. */
function textsOf(svg: string): Map<string, number> {
  const texts = svg.matchAll(/<text[^>]*translate\([-\d.]+,([-\d.]+)\)[^>]*>([^<]+)<\/text>/g);
  return new Map([...texts].map(([_, y, text]) => [text!, Number(y)]));
}

/** Width and height in the header of a PNG. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  assertEquals(view.getUint32(0), 0x89504e47);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("renderPlot() gives the same bytes every time, whatever was rendered between", async () => {
  const first = await renderPlot(linePlot(options));
  await renderPlot(linePlot({ ...options, intervals: "bars" }));
  const again = await renderPlot(linePlot(options));
  assertEquals(again.svg, first.svg);
  assert(again.png.every((byte, i) => byte === first.png[i]));
});

Deno.test("renderPlot() shows title, axes and names, and fits the picture around them", async () => {
  const { svg, png } = await renderPlot(linePlot({ ...options, subtitle: "300 questions" }));
  const texts = textsOf(svg);
  for (
    const text of ["Accuracy by turn", "300 questions", "turn", "accuracy", "60%", "base", "MAPoRL"]
  ) {
    assert(texts.has(text) || svg.includes(`>${text}</text>`), text);
  }
  const [_, width, height] = svg.match(/width="(\d+)" height="(\d+)" viewBox/)!;
  assertEquals(sizeOf(png), [Number(width) * 2.5, Number(height) * 2.5]);
  const longer = await renderPlot(linePlot({
    ...options,
    points: options.points.map((point) => ({ ...point, series: `${point.series}, a longer name` })),
  }));
  assertGreater(sizeOf(longer.png)[0], sizeOf(png)[0]);
});

Deno.test("renderPlot() draws text without any font of the system", async () => {
  // The same plot with another title of the same size differs in the picture only if text is drawn.
  const [a, b] = await Promise.all(
    ["Mill", "Will"].map((title) => renderPlot(linePlot({ ...options, title }))),
  );
  assertEquals(sizeOf(a!.png), sizeOf(b!.png));
  assert(a!.png.length !== b!.png.length || a!.png.some((byte, i) => byte !== b!.png[i]));
});

Deno.test("linePlot() keeps the names of lines that end at the same place apart", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const points = names.flatMap((series, i) => [
    { series, x: 0, y: i },
    { series, x: 1, y: i < 4 ? 2 + i / 100 : 5 },
  ]);
  const { svg } = await renderPlot(linePlot({ ...options, points }));
  const labels = [
    ...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)[^>]*font-weight="bold"[^>]*>([a-f])<\/text>/g),
  ];
  assertEquals(labels.map(([_all, _x, _y, name]) => name).sort(), names);
  const heights = labels.map(([_all, _x, y]) => Number(y)).sort((a, b) => a - b);
  for (const [i, height] of heights.slice(1).entries()) assertGreater(height - heights[i]!, 15.9);
});

Deno.test("linePlot() takes one point, equal points and many lines", async () => {
  const single = [{ series: "a", x: 3, y: 0 }];
  const many = Array.from({ length: 12 }, (_, i) => ({ series: `line ${i}`, x: i % 2, y: 1 }));
  for (const points of [single, many]) {
    const { svg } = await renderPlot(linePlot({ ...options, points }));
    assert(!svg.includes("NaN"), "every place is a number");
  }
});

Deno.test("linePlot() refuses nothing and numbers that are none", () => {
  assertThrows(() => linePlot({ ...options, points: [] }), RangeError, "there must be a point");
  for (const bad of [{ y: NaN }, { x: Infinity }, { low: NaN }]) {
    const points = [{ series: "a", x: 1, y: 1, ...bad }];
    assertThrows(() => linePlot({ ...options, points }), RangeError, "must be finite");
  }
});

Deno.test("linePlot() draws heights to compare with, named beside the lines and within the axis", async () => {
  const references = [{ name: "greedy", y: 0.95 }, { name: "vote of 9", y: 0.94 }];
  const { svg } = await renderPlot(linePlot({ ...options, references }));
  const texts = textsOf(svg);
  // The axis ends above 0.8, the names of lines that are near each other are apart.
  assert(texts.has("90%"), "the axis reaches them");
  assertGreater(texts.get("vote of 9")! - texts.get("greedy")!, 15.9);
  assertGreater(texts.get("MAPoRL")! - texts.get("vote of 9")!, 15.9);
  assertEquals([...svg.matchAll(/stroke-dasharray="5,4"/g)].length, 2);
  const bad = [{ name: "greedy", y: NaN }];
  assertThrows(() => linePlot({ ...options, references: bad }), RangeError, "must be finite");
});

interface Layered {
  data: { values: { series: string; x: number; y: number; low?: number; high?: number }[] };
  layer: { encoding: { x: { scale: { domain: [number, number] } } } }[];
}
const valuesOf = (spec: unknown) => (spec as Layered).data.values;

Deno.test("accuracyByTurnPlot() counts turns from 1 and leaves out turns that do not count", () => {
  const interval = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 });
  const metrics = (value: number | null) => ({
    meanAccuracy: value === null ? null : interval(value),
    vote: interval(0.9),
    passAtA: null,
    invalidRate: null,
    meanLength: null,
  });
  const summary = {
    numQuestions: 3,
    numTexts: 3,
    numAgents: 2,
    numTurns: 3,
    turns: [metrics(0.5), metrics(null), metrics(0.7)],
    gain: metrics(0.2),
  };
  assertEquals(valuesOf(accuracyByTurnPlot({ MAPoRL: summary }, { title: "x" })), [
    { series: "MAPoRL", x: 1, y: 0.5, low: 0.4, high: 0.6 },
    { series: "MAPoRL", x: 3, y: 0.7, low: 0.7 - 0.1, high: 0.7 + 0.1 },
  ]);
  const votes = valuesOf(accuracyByTurnPlot({ MAPoRL: summary }, { title: "x", metric: "vote" }));
  assertEquals(votes.map(({ y }) => y), [0.9, 0.9, 0.9]);
  // Nine lines stand 0.18 apart from their turn at most.
  const many = Object.fromEntries(Array.from("abcdefghi", (name) => [name, summary]));
  const crowd = accuracyByTurnPlot(many, { title: "x" });
  const [least, most] = (crowd as unknown as Layered).layer[1]!.encoding.x.scale.domain;
  assertEquals(valuesOf(crowd).filter(({ x }) => x < least || x > most), []);
});

Deno.test("annotationSharesPlot() gives shares per update that sum to 1", () => {
  const turns = "later turns";
  const answers = [
    { update: 1, turns, value: "own" },
    { update: 0, turns, value: "own" },
    { update: 0, turns, value: null },
    { update: 0, turns, value: "best verdict" },
    { update: 0, turns, value: "own" },
  ];
  const expected = [
    { series: "best verdict", x: 0, y: 0.25 },
    { series: "none stated", x: 0, y: 0.25 },
    { series: "own", x: 0, y: 0.5 },
    { series: "best verdict", x: 1, y: 0 },
    { series: "none stated", x: 1, y: 0 },
    { series: "own", x: 1, y: 1 },
  ];
  const plot = annotationSharesPlot(answers, { title: "x" });
  assertEquals(valuesOf(plot), expected);
  assert(JSON.stringify(plot).includes('"updates done before"')); // x is 0 in the first update
  // Answers of other turns are shares of their own.
  const first = { update: 0, turns: "turn 1", value: "tell" };
  assertEquals(valuesOf(annotationSharesPlot([first, ...answers], { title: "x" })), [
    { series: "turn 1: tell", x: 0, y: 1 },
    ...expected.map((point) => ({ ...point, series: `later turns: ${point.series}` })),
  ]);
});

Deno.test("learningCurvePlot() labels whole updates only", async () => {
  const points = [0, 1, 2].map((x) => ({ series: "turn 1", x, y: x / 10 }));
  const { svg } = await renderPlot(learningCurvePlot(points, { title: "x", yTitle: "accuracy" }));
  assert(!svg.includes(">0.5</text>"));
  for (const label of ["0", "1", "2", "updates done before"]) {
    assert(svg.includes(`>${label}</text>`), label);
  }
});
