import {
  differenceOverSeeds,
  type EvaluationTable,
  evaluationTable,
  type Interval,
  meanOverSeeds,
  type Moves,
  type TurnMetric,
  turnValues,
  voteMoves,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import {
  type DiscussionSeries,
  seedValuesOf,
  seriesRandom,
  summariesOfSeries,
} from "./discussion_series.ts";
import { repeatedInSeries, repeatedQuestionsBy } from "./repeated_questions.ts";
import { turnsTable } from "./result_tables.ts";
import type { Cell, Table } from "./tables.ts";

/** Places after the point of shares. */
const DIGITS = 3;
const SHARES = { bounds: { low: 0, high: 1 } };

/** What tables over series say of their intervals. */
export const SERIES_NOTE =
  "Intervals are for new questions, and where there are several seeds for new training runs as well.";

/**
 * What tables of runs say of their intervals, where these are as those over series.
 *
 * @param runs Runs of some or all arms.
 * @param nameOf What a run's questions are called, where those of arms differ.
 * @returns A caption.
 */
export function seriesNote(
  runs: readonly ArmRun[],
  nameOf: (run: ArmRun) => string = () => "",
): string {
  return [SERIES_NOTE, ...repeatedQuestionsBy(runs, nameOf)].join(" ");
}

/** A column of differences, paired by question. */
export interface SeriesDifference {
  /** Its title. */
  readonly title: string;
  /**
   * Names the series that another one is compared with.
   *
   * @param name The other one.
   * @returns The name; undefined = with none.
   */
  from(name: string): string | undefined;
}

/** Options of {@linkcode turnsOfSeries}. */
export interface TurnsOfSeriesOptions {
  /** What is shown at every turn, in [0, 1]. */
  readonly metric: Exclude<TurnMetric, "meanLength">;
  /** What the questions are, such as `test questions`. */
  readonly questions: string;
  /** Further columns: how far the last turn is from that of another series. */
  readonly differences?: readonly SeriesDifference[];
}

/**
 * One metric of several series at every turn, what the turns added, and how far they are apart in the last turn.
 *
 * @param series The series.
 * @param options Metric and comparisons.
 * @returns One row per series; differences that cannot be told from zero are marked.
 */
export function turnsOfSeries(
  series: readonly DiscussionSeries[],
  { metric, questions, differences = [] }: TurnsOfSeriesOptions,
): Table {
  const further = differences.map(({ title, from }) => ({
    title,
    digits: DIGITS,
    cells: series.map((one): Interval | null => {
      const other = series.find(({ name }) => name === from(one.name));
      return other === undefined ? null : lastTurnDifference(one, other, metric);
    }),
  }));
  const table = turnsTable(summariesOfSeries(series), metric, { questions, further });
  return {
    ...table,
    title: table.title.replace("intervals over questions", "intervals"),
    caption: [
      SERIES_NOTE,
      ...(table.caption === undefined ? [] : [table.caption]),
    ].join(" "),
  };
}

/**
 * How far the last turn of one series is from that of another, paired by question.
 *
 * @param one The series.
 * @param other The one that is subtracted, of the same questions.
 * @param metric What is measured, in [0, 1].
 * @returns The difference, for new training runs where there are several seeds; null where no seed has both.
 */
export function lastTurnDifference(
  one: DiscussionSeries,
  other: DiscussionSeries,
  metric: TurnsOfSeriesOptions["metric"],
): Interval | null {
  const [after, before] = [one, other].map((series) =>
    seedValuesOf(
      series,
      (table) => turnValues(table, metric, { ...series.counting, turn: table.numTurns - 1 }),
    )
  );
  return differenceOverSeeds(after!, before!, { ...SHARES, random: seriesRandom() });
}

const MOVES: readonly [keyof Moves, string][] = [
  ["rightRight", "right → right"],
  ["wrongRight", "wrong → right"],
  ["rightWrong", "right → wrong"],
  ["wrongWrong", "wrong → wrong"],
];

/**
 * What became of right and wrong votes from turn to turn, as in the paper's Figures 3 and 4.
 *
 * @param series The series.
 * @returns One row per series and pair of turns: shares of the questions, and how many these are.
 */
export function voteTransitionsTable(series: readonly DiscussionSeries[]): Table {
  const rows = series.flatMap((one) => {
    const tables = [...one.bySeed.values()].map((answers) =>
      evaluationTable(answers, one.counting)
    );
    const numTurns = Math.min(...tables.map((table) => table.numTurns));
    return Array.from({ length: Math.max(0, numTurns - 1) }, (_, turn): Cell[] => {
      const meanOf = (value: (move: Moves) => number, low: number) =>
        meanOverSeeds(
          seedValuesOf(
            one,
            (table) => movesOf(one, table, turn).map((move) => move && value(move)),
          ),
          { bounds: { low, high: 1 }, random: seriesRandom() },
        );
      return [
        one.name,
        `${turn + 1} → ${turn + 2}`,
        ...MOVES.map(([name]) => meanOf((move) => move[name], 0)),
        meanOf((move) => move.wrongRight - move.rightWrong, -1),
        tables.flatMap((table) => movesOf(one, table, turn)).filter((move) => move).length,
      ];
    });
  });
  return {
    title: "Transitions of the voted answer between turns, as shares of the questions " +
      "(95 % intervals)",
    columns: [
      { title: "model" },
      { title: "turns" },
      ...MOVES.map(([, title]) => ({ title, digits: DIGITS })),
      { title: "net improved", digits: DIGITS },
      { title: "questions", digits: 0 },
    ],
    rows,
    caption: [SERIES_NOTE, ...repeatedInSeries(series), "A vote that ties counts in parts."].join(
      " ",
    ),
  };
}

function movesOf({ counting }: DiscussionSeries, table: EvaluationTable, turn: number) {
  return voteMoves(table, { from: turn, to: turn + 1 }, counting);
}
