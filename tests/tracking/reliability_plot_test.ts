import { assert, assertEquals, assertThrows } from "@std/assert";
import { darkPlotColors } from "../../lib/report/plot_colors.ts";
import { reliabilityPlot, renderPlot } from "../../lib/tracking/mod.ts";

const judged = (score: number, correct: boolean) => ({ score, correct });

Deno.test("reliabilityPlot() has a point for each bin with answers, beside the diagonal", async () => {
  const plot = reliabilityPlot([
    { name: "before", answers: [judged(0.5, true), judged(0.75, false), judged(0.5, false)] },
    { name: "after", answers: [judged(1, true)] },
  ], { title: "Scores" });
  const { layer } = plot as { layer: { data: { values: unknown[] } }[] };
  assertEquals(layer[0]!.data.values, [{ meanScore: 0, accuracy: 0 }, {
    meanScore: 1,
    accuracy: 1,
  }]);
  assertEquals(layer[1]!.data.values, [
    { name: "before", count: 2, meanScore: 0.5, accuracy: 0.5 },
    { name: "before", count: 1, meanScore: 0.75, accuracy: 0 },
    { name: "after", count: 1, meanScore: 1, accuracy: 1 },
  ]);
  const { svg } = await renderPlot(plot);
  for (const text of ["Scores", "before", "after", "mean score"]) {
    assert(svg.includes(`>${text}</text>`), text);
  }
  // The legend, too, is read on a dark page.
  const colors = [...svg.matchAll(/<text[^>]* fill="([^"]*)"/g)].map(([, color]) => color!);
  assertEquals(colors.filter((color) => !(color in darkPlotColors)), []);
});

Deno.test("reliabilityPlot() refuses nothing to show", () => {
  const empty = [{ name: "before", answers: [] }];
  assertThrows(() => reliabilityPlot(empty, { title: "Scores" }), RangeError, "there is none");
});
