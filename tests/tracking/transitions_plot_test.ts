import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type ArmRun,
  discussionSeries,
  renderPlot,
  voteTransitionsPlot,
} from "../../lib/tracking/mod.ts";
import { darkPlotColors } from "../../lib/report/plot_colors.ts";
import { answersOf, smallRows } from "./evaluations_row.ts";

/** Of four questions one stays right, one becomes right, one becomes wrong and one stays wrong. */
const run: ArmRun = {
  arm: "one",
  seed: 0,
  evaluations: smallRows(
    answersOf("off-the-shelf", 0, [[true, true], [false, true], [true, false], [false, false]]),
  ),
  baselines: [],
};

Deno.test("voteTransitionsPlot() cuts a bar into what stays and what changes, in order", async () => {
  const plot = voteTransitionsPlot(discussionSeries([run], () => "base"), { title: "Votes" });
  const { values } = (plot as { data: { values: Record<string, number | string>[] } }).data;
  assertEquals(values.map(({ move, bar }) => [move, bar]), [
    ["stays right", "base, turn 1 to 2"],
    ["becomes right", "base, turn 1 to 2"],
    ["becomes wrong", "base, turn 1 to 2"],
    ["stays wrong", "base, turn 1 to 2"],
  ]);
  for (const [i, { from, to, share }] of values.entries()) {
    assertAlmostEquals(share as number, 1 / 4);
    assertAlmostEquals(from as number, i / 4);
    assertAlmostEquals(to as number, (i + 1) / 4);
  }
  const { svg } = await renderPlot(plot);
  for (const text of ["Votes", "stays right", "25%", "base, turn 1 to 2"]) {
    assert(svg.includes(`>${text}</text>`), text);
  }
  // On a dark page texts around the bars become light; those on the bars stay as they are, as the grey bar does.
  const colors = new Set([...svg.matchAll(/<text[^>]* fill="([^"]*)"/g)].map(([, color]) => color));
  assertEquals([...colors].filter((color) => !(color! in darkPlotColors)), ["#111111"]);
  assert(svg.includes("#c8ccd0") && !("#c8ccd0" in darkPlotColors));
});

Deno.test("voteTransitionsPlot() refuses discussions of one turn", () => {
  const evaluations = run.evaluations.filter(({ turn }) => turn === 0);
  assertThrows(
    () =>
      voteTransitionsPlot(discussionSeries([{ ...run, evaluations }], () => "base"), {
        title: "Votes",
      }),
    RangeError,
    'Cannot plot "Votes" as discussions must have two turns',
  );
});
