/**
 * Experiment 3 of the paper (Table 5): does what was learnt on one task help on another? Agents that were trained in
 * one domain of closed_book discuss questions of the other one, beside those that were trained in it.
 *
 * @module
 */
import { type Arms, askedQuestions, panelsOfSeries, type RunOf } from "../../lib/tracking/mod.ts";
import { seriesOf, turnsOf } from "./series.ts";

/** Its verifier is that of the questions. */
const worldOf = (domain: string) => ({
  task: { name: "closed_book", of: domain },
  verifier: { kind: "trained", path: `data/checkpoints/closed_book/${domain}_verifier` },
});
/** Nothing is trained: three seats discuss as the agents of another arm's run. */
const begunAs = (arm: string, evaluated: string) => (runOf: RunOf) => ({
  ...worldOf(evaluated),
  discussion: { numAgents: 3 },
  seats: Array(3).fill({ initFrom: { run: runOf(arm), agent: 0 } }),
  algorithm: { updates: 0 },
  evaluation: { baselines: { maxAnswers: 0 } },
});

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "transfer",
  summary: "Exp. 3: trained in one domain, evaluated in the other (Table 5)",
  minutes: "about 4 on two cores, 1 after off_the_shelf, whose runs it shares",
  script: "maporl",
  // As off_the_shelf, alpha 0.
  settings: {
    base: "data/checkpoints/closed_book/base",
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 3 },
    algorithm: { turnGroups: "first_vs_rest", trainGroups: ["rest"], questionsPerUpdate: 96 },
    evaluation: { numAgents: 3 },
  },
  arms: {
    "arithmetic": worldOf("arithmetic"),
    "entailment": worldOf("entailment"),
    "entailment to arithmetic": begunAs("entailment", "arithmetic"),
    "arithmetic to entailment": begunAs("arithmetic", "entailment"),
  },
  seeds: [0, 1, 2, 3, 4],
  table: turnsOf,
  plot: (runs) =>
    panelsOfSeries(seriesOf(runs), {
      title: "Accuracy of the vote, by where agents were trained",
      questions: askedQuestions(runs),
      metric: "vote",
    }),
};
