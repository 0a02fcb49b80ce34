import type { ComparedWay } from "../evaluation/mod.ts";
import { adjustedTable } from "./adjusted_table.ts";
import type { ComparedArm } from "./baselines_of_arms.ts";
import { differenceCell, OVER_SEEDS, overSeedsCell } from "./over_seeds.ts";
import type { Cell, Table } from "./tables.ts";

const DIGITS = 3;
/** What the paper reports, and what gets most out of a discussion with the verifier that the baselines have, too. */
const READINGS = [
  /^discussion(, last turn)?: mean of the agents$/,
  /^discussion, all turns: best by the verifier$/,
];
/** A model that was not trained between two measurements is no trained one. */
const MEASURED_AGAIN = / again$/;
const DISCUSSION_CEILING = /^discussion, all turns: best by an oracle/;
const ALONE_CEILING = /^best (at equal tokens|of all sampled, at fewer tokens), by an oracle/;

/**
 * Discussion after training beside the best that the same models and the same verifier reach without discussion or
 * without training at the same cost, over several results: where it wins, where it loses, and how much is at most
 * to be had. A discussion gives no right answer that none of its answers is, so what an oracle would choose of it
 * bounds all ways of reading it; that of single answers at the cost of as many tokens stands beside it.
 *
 * @param results Comparisons of each result's arms, by the result's name and the arm's.
 * @returns One row per arm that discusses and trains; without arms that measure nothing without discussion.
 */
export function baselinesOverview(
  results: Readonly<Record<string, ReadonlyMap<string, ComparedArm>>>,
): Table {
  const seen = new Set<string>();
  const rows = Object.entries(results).flatMap(([name, arms]) =>
    [...arms].flatMap(([arm, { all: { ways, best } }]): Cell[][] => {
      const trained = ways.filter(({ kind, model }) =>
        kind === "trained" && !MEASURED_AGAIN.test(model)
      );
      const read = READINGS.map((reading) => trained.find(({ way }) => reading.test(way)));
      if (best === undefined || read[1] === undefined) return [];
      const runs = JSON.stringify([best, ...read].map((way) => [way?.questions, way?.creditsQ]));
      if (seen.has(runs)) return [];
      seen.add(runs);
      const { model } = read[1];
      const held = ways.filter((way) => way.model === model && DISCUSSION_CEILING.test(way.way));
      return [[
        name,
        arm,
        `${best.way}, ${best.model}`,
        best.accuracy,
        ...read.flatMap((way) => [
          differenceCell(way?.difference ?? null, way?.overSeeds.difference ?? null),
          overSeedsCell(way?.overSeeds.difference ?? null, DIGITS),
        ]),
        highest(held),
        highest(ways.filter(({ way }) => ALONE_CEILING.test(way))),
      ]];
    })
  );
  return adjustedTable({
    title:
      "Trained discussions beside the best baseline of the same models and verifier at the same cost",
    columns: [
      { title: "result" },
      { title: "arm" },
      { title: "best baseline" },
      { title: "its accuracy", digits: DIGITS },
      { title: "mean of the agents minus it", digits: DIGITS },
      { title: OVER_SEEDS },
      { title: "best of all turns by the verifier minus it", digits: DIGITS },
      { title: OVER_SEEDS },
      { title: "ceiling of the discussion", digits: DIGITS },
      { title: "ceiling of single answers", digits: DIGITS },
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption:
        "Baselines are answers without discussion, and discussions without training. Ceilings: how often the right answer is among all that the discussion holds, and among single answers at " +
        "the cost of as many tokens, of the better model. No way of reading a discussion gets above its ceiling. " +
        "Results that share runs stand here once, with the first of them; the tables of each result have all ways, " +
        "what they cost, and how they are counted. Those tables adjust for their own few differences, so that one may be " +
        "told from zero there and not here.",
    }),
  });
}

/** The accuracy of the best of some ways. */
function highest(ways: readonly ComparedWay[]): Cell {
  return ways.map(({ accuracy }) => accuracy).reduce(
    (most, one) => (one?.estimate ?? -1) > (most?.estimate ?? -1) ? one : most,
    null,
  );
}
