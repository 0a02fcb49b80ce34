/**
 * MAPoRL where everybody knows everything and errs now and then: three copies of a base model that slips answer
 * arithmetic word problems, off the shelf and after training.
 *
 * @module
 */
import {
  accuracyByTurnPlot,
  type Arms,
  askedQuestions,
  baselineLines,
  comparedArms,
  headlineTable,
  pooledSummaries,
} from "../../lib/tracking/mod.ts";

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "arithmetic",
  summary: "agents that slip in arithmetic learn to take over the answer with the best verdict",
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
  table: (runs) => headlineTable(runs),
  plot: (runs) =>
    accuracyByTurnPlot(pooledSummaries(runs), {
      title: "Accuracy over the turns of a discussion",
      subtitle: `${runs.length} seeds, ${
        askedQuestions(runs, { test: "held-out" })
      }, 95 % intervals over seeds and questions`,
      references: baselineLines(comparedArms(runs).get("MAPoRL")?.all),
    }),
};
