/**
 * The quickstart: MAPoRL from end to end at small scale. Three copies of the committed base model answer
 * arithmetic word problems, off the shelf and after training, with the same questions and random streams.
 *
 * @module
 */
import {
  accuracyBySeed,
  accuracyByTurnPlot,
  type Arms,
  baselineLines,
  comparedArms,
  pooledSummaries,
} from "../../lib/tracking/mod.ts";

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "quickstart",
  summary: "MAPoRL end to end: train three agents to discuss, compare with off-the-shelf",
  minutes: "1 to 3 on two cores",
  script: "maporl",
  settings: {
    base: "data/checkpoints/arithmetic/base",
    verifier: { kind: "trained", path: "data/checkpoints/arithmetic/verifier" },
    discussion: { numAgents: 3, numTurns: 3 },
    algorithm: { turnGroups: "first_vs_rest", trainGroups: ["rest"] },
  },
  // One run answers the question: it measures off-the-shelf first, then trains.
  arms: { MAPoRL: {} },
  seeds: [0, 1, 2],
  table: (runs) => accuracyBySeed(runs),
  plot: (runs) =>
    accuracyByTurnPlot(pooledSummaries(runs), {
      title: "Accuracy over the turns of a discussion",
      subtitle: `${runs.length} seeds, held-out questions, 95 % intervals over questions`,
      references: baselineLines(comparedArms(runs).get("MAPoRL")?.all),
    }),
};
