import { differenceOverSeeds, meanOverSeeds } from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  linePlot,
  plotsBeside,
  type PlotSpec,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";
import { type ArmCurves, curvesOf, meanOfValues, sharedTokens, valuesAt } from "./curves.ts";

/** Where curves are read: shares of the tokens that all arms have sampled. */
const PLACES: readonly number[] = [0, 1 / 4, 1 / 2, 3 / 4, 1];
const DIGITS = 3;
const intervals = () => ({ bounds: { low: 0, high: 1 }, random: seriesRandom() });

/**
 * What each arm reaches at equal numbers of sampled tokens, and on the way there.
 *
 * @param runs Finished runs, by seed and arm.
 * @returns One row per arm; without rows where runs do not tell their tokens.
 */
export function equalTokensTable(runs: readonly ArmRun[]): Table {
  const curves = curvesOf(runs);
  const [first] = curves;
  const most = first ? sharedTokens(curves) : 0;
  const onTheWay = (one: ArmCurves) =>
    meanOfValues(PLACES.slice(1).map((place) => valuesAt(one, place * most)));
  const rows = curves.map((one) => {
    const [end, way] = [valuesAt(one, most), onTheWay(one)];
    const minusFirst = one === first ? [null, null] : [
      differenceOverSeeds(end, valuesAt(first!, most), intervals()),
      differenceOverSeeds(way, onTheWay(first!), intervals()),
    ];
    return [
      one.arm,
      one.bySeed.size,
      meanOverSeeds(valuesAt(one, 0), intervals()),
      meanOverSeeds(valuesAt(one, most / 2), intervals()),
      meanOverSeeds(end, intervals()),
      minusFirst[0]!,
      meanOverSeeds(way, intervals()),
      minusFirst[1]!,
    ];
  });
  const name = first?.arm ?? "the first arm";
  const thousands = (tokens: number) => `${Math.round(tokens / 1000)} k tokens`;
  return adjustedTable({
    title: `Mean accuracy in the last turn at equal numbers of sampled tokens (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "arm" },
      { title: "seeds", digits: 0 },
      { title: "before training", digits: DIGITS },
      { title: `at ${thousands(most / 2)}`, digits: DIGITS },
      { title: `at ${thousands(most)}`, digits: DIGITS },
      { title: `then minus ${name}`, digits: DIGITS },
      { title: "mean on the way", digits: DIGITS },
      { title: `its mean minus ${name}`, digits: DIGITS },
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption:
        `${
          seriesNote(runs)
        } So many tokens every run has sampled for training; between two evaluations ` +
        "a curve is a straight line. On the way: the mean at each quarter of the tokens.",
    }),
  });
}

/** Arms that stand in one panel. */
export interface Panel {
  /** Its title. */
  readonly title: string;
  /** Whether an arm stands there. */
  has(arm: string): boolean;
}

/**
 * The learning curves over sampled tokens, with bands.
 *
 * @param runs Finished runs, by seed and arm.
 * @param panels The panels from left to right.
 * @returns The picture.
 * @throws {RangeError} If no run tells its tokens.
 */
export function curvesPlot(runs: readonly ArmRun[], panels: readonly Panel[]): PlotSpec {
  const curves = curvesOf(runs);
  const numSeeds = Math.max(0, ...curves.map(({ bySeed }) => bySeed.size));
  const most = sharedTokens(curves);
  const plots = panels.flatMap(({ title, has }) => {
    const points = curves.filter(({ arm }) => has(arm)).flatMap((one) =>
      PLACES.flatMap((place) => {
        const interval = meanOverSeeds(valuesAt(one, place * most), intervals());
        if (interval === null) return [];
        const { estimate: y, low, high } = interval;
        return [{ series: one.arm, x: place * most / 1000, y, low, high }];
      })
    );
    if (points.length === 0) return [];
    return [linePlot({
      title,
      x: { title: "thousand tokens sampled for training" },
      y: { title: "mean accuracy in the last turn", format: ".0%" },
      points,
    })];
  });
  return plotsBeside(plots, {
    title: "What is learnt from as many sampled tokens",
    subtitle: `${numSeeds} seeds, ${
      askedQuestions(runs)
    }, bands are 95 % intervals over seeds and questions`,
  });
}
