import { assert, assertEquals, assertThrows } from "@std/assert";
import { costFrontier } from "../../lib/evaluation/mod.ts";
import { darkPlotColors } from "../../lib/report/plot_colors.ts";
import { frontierPlot, renderPlot } from "../../lib/tracking/mod.ts";

const point = (name: string, cost: number, value: number) => ({ group: "all", name, cost, value });

Deno.test("costFrontier() keeps what nothing beats at the same cost or less", () => {
  const points = [
    point("best", 30, 0.9),
    point("as good, dearer", 40, 0.9),
    point("cheapest", 5, 0.2),
    point("same cost, worse", 5, 0.1),
    point("between", 10, 0.5),
    point("beaten", 20, 0.4),
  ];
  assertEquals(costFrontier(points).map(({ name }) => name), ["cheapest", "between", "best"]);
  assertEquals(costFrontier([]), []);
});

Deno.test("frontierPlot() names the points of the frontier alone", async () => {
  const texts = {
    title: "Accuracy against tokens",
    x: { title: "tokens" },
    y: { title: "accuracy", format: ".0%" },
  };
  const { svg } = await renderPlot(frontierPlot({
    ...texts,
    points: [point("on it", 10, 0.5), point("below it", 20, 0.4), point("end", 300, 0.9)],
  }));
  // All texts are read on a dark page.
  const colors = [...svg.matchAll(/<text[^>]* fill="([^"]*)"/g)].map(([, color]) => color!);
  assertEquals(colors.filter((color) => !(color in darkPlotColors)), []);
  assert(svg.includes(">on it<") && svg.includes(">end<") && !svg.includes("below it"));
  assertThrows(
    () => frontierPlot({ ...texts, points: [point("free", 0, 0.5)] }),
    RangeError,
    "must be finite and cost more than 0",
  );
  assertThrows(() => frontierPlot({ ...texts, points: [] }), RangeError, "there is none");
});
