import {
  differenceOverSeeds,
  evaluationTable,
  type Interval,
  meanOverSeeds,
  type SeedValues,
  sumOfTriples,
  type Triple,
  type TripleCounts,
  tripleCounts,
  type TripleKind,
  TRIPLES,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type Cell,
  type DiscussionSeries,
  seedValuesOf,
  SERIES_NOTE,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";
import { FROM_NONE, NONE } from "./series.ts";

/** What the letters of a triple are. */
const LETTERS: Readonly<Record<TripleKind, string>> = {
  revision: "own answer, own answer a turn later, the others' majority before",
  influence: "the others' majority, their majority a turn later, own answer before",
};
/** The cells of the paper's tables, in its order. */
const SHOWN: readonly Triple[] = ["rwr", "rww", "wrw", "wrr"];
/** Places after the point, as in the paper. */
const DIGITS = 4;
const BOUNDS = { low: -1, high: 1 };

/** The two balances, as the caption of the paper's Table 3 defines them. */
const BALANCES: readonly [string, Triple, Triple][] = [
  ["delta0 = WRW - RWW", "wrw", "rww"],
  ["delta1 = WRR - RWR", "wrr", "rwr"],
];

/**
 * How often agents went right and wrong with a majority and against it, and the balances that incentives are to
 * raise, recomputed from the counts: the paper's Tables 3 (`revision`) and 4 (`influence`).
 *
 * @param series The discussions; those of the arm `none` are what others are compared with.
 * @param kind Whose answers move.
 * @returns One row per series; differences that cannot be told from zero are marked.
 */
export function balancesTable(series: readonly DiscussionSeries[], kind: TripleKind): Table {
  const none = series.find(({ name }) => name === NONE);
  const rows = series.map((one): Cell[] => {
    const sum = allCounts(one, kind);
    const balances = BALANCES.map(([, plus, minus]): [Interval | null, Interval | null] => {
      const valuesOf = (of: DiscussionSeries) => balanceOf(of, kind, [plus, minus]);
      const options = { bounds: BOUNDS, random: seriesRandom() };
      const difference = none === undefined || FROM_NONE.from(one.name) === undefined
        ? null
        : differenceOverSeeds(valuesOf(one), valuesOf(none), options);
      return [meanOverSeeds(valuesOf(one), options), difference];
    });
    return [one.name, ...SHOWN.map((triple) => sum[triple] / sum.total), ...balances.flat()];
  });
  return adjustedTable({
    title: `${kind === "revision" ? "Own revisions" : "Influence on the others"} as shares of ` +
      `all cases (${LETTERS[kind]}; 95 % intervals)`,
    columns: [
      { title: "incentive" },
      ...SHOWN.map((triple) => ({ title: triple.toUpperCase(), digits: DIGITS })),
      ...BALANCES.flatMap(([title]) => [
        { title, digits: DIGITS },
        { title: `${title.split(" ")[0]} minus ${NONE}`, digits: DIGITS },
      ]),
    ],
    rows,
    caption: SERIES_NOTE,
  });
}

/** (plus − minus) / cases of each question. */
function balanceOf(
  series: DiscussionSeries,
  kind: TripleKind,
  [plus, minus]: readonly [Triple, Triple],
): SeedValues {
  return seedValuesOf(
    series,
    (table) =>
      tripleCounts(table, kind).map((counts) =>
        counts.total === 0 ? null : (counts[plus] - counts[minus]) / counts.total
      ),
  );
}

function allCounts({ counting, bySeed }: DiscussionSeries, kind: TripleKind): TripleCounts {
  return sumOfTriples(
    [...bySeed.values()].flatMap((answers) =>
      tripleCounts(evaluationTable(answers, counting), kind)
    ),
  );
}

/**
 * All eight triples as counts, with what they are counts of.
 *
 * @param series The discussions.
 * @param kind Whose answers move.
 * @returns One row per series.
 */
export function countsTable(series: readonly DiscussionSeries[], kind: TripleKind): Table {
  const columns = [...TRIPLES, "split", "total"] as const;
  const titles = [...TRIPLES.map((triple) => triple.toUpperCase()), "others split", "cases"];
  return {
    title: `${kind === "revision" ? "Own revisions" : "Influence on the others"}, counts ` +
      `(${LETTERS[kind]})`,
    columns: [{ title: "incentive" }, ...titles.map((title) => ({ title, digits: 0 }))],
    rows: series.map((one): Cell[] => {
      const sum = allCounts(one, kind);
      return [one.name, ...columns.map((name) => sum[name])];
    }),
    caption:
      "A case is an agent at a turn that has a next one, in every question and seed. Others who are split " +
      "evenly have no majority: such cases are in none of the triples.",
  };
}
