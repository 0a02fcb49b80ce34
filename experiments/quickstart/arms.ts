/**
 * The quickstart: MAPoRL from end to end at small scale, on questions whose facts are split among the agents.
 * Three copies of the committed base model discuss them, off the shelf and after training, with the same
 * questions and random streams.
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
  name: "quickstart",
  summary: "MAPoRL end to end: agents that know a part each learn to tell and to listen",
  minutes: "1 to 3 on two cores",
  script: "maporl",
  settings: {
    task: { name: "hidden_profile" },
    base: "data/checkpoints/hidden_profile/base",
    verifier: { kind: "trained", path: "data/checkpoints/hidden_profile/verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 2 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
  },
  // One run answers the question: it measures off-the-shelf first, then trains.
  arms: { MAPoRL: {} },
  seeds: [0, 1, 2, 3, 4],
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
