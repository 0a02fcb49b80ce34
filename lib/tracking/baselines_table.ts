import { type ComparedWay, holmAdjusted, type WayComparison } from "../evaluation/mod.ts";
import { adjustedTable, SIGNIFICANCE } from "./adjusted_table.ts";
import { differenceCell, OVER_SEEDS, overSeedsCell, SEEDS_NOTE } from "./over_seeds.ts";
import { type Cell, formatCell, type Table, type TableColumn } from "./tables.ts";

/** Options of {@linkcode baselinesTable}. */
export interface BaselinesTableOptions {
  /** What the questions are, such as `300 test questions of seed 0`. */
  readonly questions: string;
  /** Name of the arm, where there are several. */
  readonly arm?: string;
  /** Comparisons of each seed by itself, where there are several: differences to each seed's best are told. */
  readonly bySeed?: ReadonlyMap<number, WayComparison>;
  /** Sentences that end the caption. */
  readonly notes?: readonly string[];
  /** Which ways have a row; default all of them. The best baseline is that of all in any case. */
  readonly shows?: (way: ComparedWay) => boolean;
}

/**
 * What the same models and verifier reach at the same cost, beside trained discussions. The caption says in
 * words which baseline is best, and whether it is better than what was trained.
 *
 * @param comparison The ways of answering.
 * @param options What was asked, and seeds.
 * @returns One row per way.
 */
export function baselinesTable(
  { ways, best }: WayComparison,
  { questions, arm, bySeed, notes = [], shows = () => true }: BaselinesTableOptions,
): Table {
  const hasSeeds = ways.some(({ overSeeds }) => overSeeds.accuracy !== null);
  /** A cell or column that stands there only where there are several seeds. */
  const ifSeeds = <Thing>(thing: Thing): Thing[] => hasSeeds ? [thing] : [];
  const overSeeds: TableColumn = { title: OVER_SEEDS };
  const shown = ways.filter(shows);
  const rows = shown.map((way): Cell[] => [
    way.model,
    way.way,
    way.accuracy,
    ...ifSeeds(overSeedsCell(way.overSeeds.accuracy, DIGITS)),
    way.numAnswers,
    Math.round(way.cost.tokens),
    way.cost.flops === null ? null : way.cost.flops / 1e9,
    differenceCell(way.difference, way.overSeeds.difference),
    ...ifSeeds(overSeedsCell(way.overSeeds.difference, DIGITS)),
  ]);
  return adjustedTable({
    title: `Same models and verifier at the same cost, without discussion and with it (${
      arm === undefined ? "" : `${arm}; `
    }${questions}; 95 % intervals over questions${hasSeeds ? " and over seeds" : ""})`,
    columns: [
      { title: "model" },
      { title: "how it answers" },
      { title: "accuracy", digits: DIGITS },
      ...ifSeeds(overSeeds),
      { title: "answers" },
      { title: "tokens", digits: 0 },
      { title: "GFLOP" },
      { title: "minus best baseline", digits: DIGITS },
      ...ifSeeds(overSeeds),
    ],
    rows,
    // The first cell names a model, which may be called like another arm.
    ...(arm === undefined ? {} : { rowArms: rows.map(() => arm) }),
    ...(best === undefined ? {} : {
      caption: [
        captionOf(shown, best, bySeed),
        ...(shown.some(({ cost }) => cost.flops === null) ? [UNKNOWN_NOTE] : []),
        ...ifSeeds(SEEDS_NOTE),
        ...notes,
      ].join(" "),
    }),
  });
}

/** Stands below a table with empty cells of operations. */
export const UNKNOWN_NOTE =
  "Operations are empty where they are not known, as of a model behind a server.";

/** Places after the point of an accuracy. */
const DIGITS = 3;

/** What stands below every such table. */
const COUNTED =
  "Answers, tokens and operations are per question: prompts as computed, one that answers share once, and " +
  "all that was sampled; scoring is not counted. Equal tokens: the fewest answers that take at least what the " +
  "trained discussion takes; other rows cost what they show. The best baseline is chosen on these very " +
  "questions, which favours it.";

function captionOf(
  ways: readonly ComparedWay[],
  best: ComparedWay,
  bySeed: ReadonlyMap<number, WayComparison> = new Map(),
): string {
  const trained = ways.filter(({ kind }) => kind === "trained");
  const name = `"${best.way}", ${best.model}`;
  return [
    `Best baseline: ${name} (${best.accuracy?.estimate.toFixed(3) ?? "-"}).`,
    verdictOf(trained),
    ...trained.slice(0, 1).map((way) => seedsOf(way, bySeed)),
    COUNTED,
  ].filter((sentence) => sentence !== "").join(" ");
}

/**
 * Which trained ways lie above the best baseline, which below, and which cannot be told from it: for new training
 * runs where there are several, and adjusted for all of these comparisons as the table is.
 */
function verdictOf(trained: readonly ComparedWay[]): string {
  const model = trained[0]?.model ?? "";
  const compared = trained.flatMap(({ way, difference, overSeeds }) => {
    const { estimate, p } = overSeeds.difference ?? difference ?? {};
    return estimate === undefined || p === undefined ? [] : [{ way, estimate, p }];
  });
  const adjusted = holmAdjusted(compared.map(({ p }) => p));
  const verdictAt = (i: number) =>
    adjusted[i]! >= SIGNIFICANCE
      ? "cannot be told from"
      : compared[i]!.estimate < 0
      ? "wins against"
      : "loses to";
  return [...Map.groupBy(compared.keys(), verdictAt)]
    .map(([verdict, those]) =>
      `It ${verdict} ${model} (${those.map((i) => `"${compared[i]!.way}"`).join(", ")}).`
    )
    .join(" ");
}

/** The difference of one way to the best baseline of each seed. */
function seedsOf(
  { model, way }: ComparedWay,
  bySeed: ReadonlyMap<number, WayComparison>,
): string {
  const differences = [...bySeed].flatMap(([seed, { ways }]) => {
    const found = ways.find((other) => other.model === model && other.way === way);
    return found?.difference ? [`${formatCell(found.difference, 3)} (seed ${seed})`] : [];
  });
  if (differences.length < 2) return "";
  return `"${way}" minus the best baseline of the seed itself: ${differences.join(", ")}.`;
}
