import type { ComparedWay, WayComparison } from "../evaluation/mod.ts";
import type { PlotReference } from "./line_plot.ts";

/** Shares that are shown as the same number. */
const SAME = 0.0005;

/**
 * The best baselines as horizontal lines of a plot: the best single answer, and the best that takes several.
 * Of some that look alike it is the one listed first, which is the simplest.
 *
 * @param comparison Ways of answering; absent = none.
 * @returns One line or two, named by who answers and how; none without baselines.
 */
export function baselineLines(comparison: WayComparison | undefined): PlotReference[] {
  const baselines = comparison?.ways.filter(({ kind }) => kind === "baseline") ?? [];
  return [
    baselines.filter(({ numAnswers }) => numAnswers === 1),
    baselines.filter(({ numAnswers }) => numAnswers !== 1),
  ].flatMap((ways) => {
    const best = ways.reduce<ComparedWay | undefined>(
      (a, b) => heightOf(b) > heightOf(a) + SAME ? b : a,
      undefined,
    );
    if (!best?.accuracy) return [];
    return [{ name: `${best.model}, ${best.way}`, y: best.accuracy.estimate }];
  });
}

const heightOf = (way: ComparedWay | undefined) => way?.accuracy?.estimate ?? -1;
