import {
  accuracyByTurnPlot,
  type ArmRun,
  askedQuestions,
  type PlotSpec,
  pooledSummaries,
} from "../../lib/tracking/mod.ts";

/** A model before training, as frames name it behind the arm's name. */
const UNTRAINED = /: (off-the-shelf|before training)$/;
const MODEL = /: [^:]*$/;

/**
 * Accuracy over the turns after training, of every arm, with what all begin with.
 *
 * @param runs Finished runs, by seed and arm; the first arm begins off the shelf.
 * @returns The picture; who answers once is a point.
 */
export function plotOfArms(runs: readonly ArmRun[]): PlotSpec {
  const [[, first] = [], ...others] = Object.entries(pooledSummaries(runs));
  const trained = others.filter(([name]) => !UNTRAINED.test(name))
    .map(([name, summary]) => [name.replace(MODEL, ""), summary]);
  const numSeeds = new Set(runs.map(({ seed }) => seed)).size;
  return accuracyByTurnPlot(
    { ...Object.fromEntries(trained), ...(first && { "off the shelf": first }) },
    {
      title: "Accuracy over the turns, by how agents were trained",
      subtitle: `${numSeeds} seeds, ${
        askedQuestions(runs, { test: "held-out" })
      }, 95 % intervals over seeds and questions`,
    },
  );
}
