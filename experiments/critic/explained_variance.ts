import { type ArmRun, formatNumber, type Table } from "../../lib/tracking/mod.ts";

const DIGITS = 2;

/**
 * What each arm's critic explains of the returns that it is to predict, over the updates of its runs.
 *
 * @param runs Finished runs, by seed and arm; those whose frames do not tell are left out.
 * @returns One row per arm with a critic.
 */
export function explainedVarianceTable(runs: readonly ArmRun[]): Table {
  const rows = [...Map.groupBy(runs, ({ arm }) => arm)].flatMap(([arm, ofArm]) => {
    const bySeed = ofArm.map((run) => toldBy(run)).filter(({ length }) => length > 0);
    const all = bySeed.flat();
    if (all.length === 0) return [];
    return [[
      arm,
      all.length,
      meanOf(all),
      Math.min(...all),
      Math.max(...all),
      bySeed.map((shares) => formatNumber(meanOf(shares), DIGITS)).join(", "),
    ]];
  });
  const share = (title: string) => ({ title, digits: DIGITS });
  return {
    title: "Share of the variance of returns that the critic explains, by update",
    columns: [
      { title: "arm" },
      { title: "updates", digits: 0 },
      ...["mean", "least", "most"].map(share),
      { title: "mean, by seed" },
    ],
    rows,
    caption: "Below zero: the returns' own mean would predict them better.",
  };
}

function toldBy({ updates = [] }: ArmRun): number[] {
  return updates.map(({ explainedVariance }) => explainedVariance ?? null)
    .filter((share) => share !== null);
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
