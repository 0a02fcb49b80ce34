/**
 * Experiment 1 without incentives, trained four times as long: do votes then rise over the turns? On validation
 * questions, as it was made to explain a result that is known.
 *
 * @module
 */
import type { Arms } from "../../lib/tracking/mod.ts";
import { lengthsTable, risesPlot } from "./shown.ts";

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "training_length",
  summary: "Exp. 1 with four times as many updates: does accuracy then rise over the turns?",
  minutes: "about 25 on two cores that do other work too",
  script: "maporl",
  settings: {
    base: "data/checkpoints/closed_book/base",
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 3 },
    algorithm: {
      turnGroups: "first_vs_rest",
      trainGroups: ["rest"],
      questionsPerUpdate: 96,
      updates: 32,
    },
    evaluation: {
      split: "validation",
      every: 8,
      numQuestions: 150,
      numAgents: 3,
      baselines: { maxAnswers: 0 },
    },
  },
  arms: Object.fromEntries(
    ["arithmetic", "entailment"].map((domain) => [domain, {
      task: { name: "closed_book", of: domain },
      verifier: { kind: "trained", path: `data/checkpoints/closed_book/${domain}_verifier` },
    }]),
  ),
  seeds: [0, 1, 2],
  table: lengthsTable,
  plot: risesPlot,
};
