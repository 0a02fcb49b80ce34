/**
 * The same questions under every credit and every reward design: what is learnt from as many sampled tokens. An
 * update has four discussions of each of 16 questions in all arms, as most credits compare answers to one question.
 *
 * @module
 */
import type { Arms } from "../../lib/tracking/mod.ts";
import { curvesPlot, equalTokensTable } from "./shown.ts";

const PPO = "GAE";
const credit = (name: string) => ({ algorithm: { credit: { name } } });
const immediate = { horizon: "current", share: "individual" };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "credit",
  summary: "credits and reward designs at equal numbers of sampled tokens: learning curves",
  minutes: "15 to 25 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/entailment_verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 3, numSamples: 4 },
    algorithm: { turnGroups: "all", trainGroups: ["all"], questionsPerUpdate: 16 },
    // A curve needs the same questions at all of its points, and between updates only these may be asked.
    evaluation: {
      split: "validation",
      every: 2,
      numQuestions: 150,
      baselines: { maxAnswers: 0 },
    },
  },
  arms: {
    // Influence-aware rewards, but for the last of them.
    [PPO]: {},
    "RLOO": credit("rloo"),
    "GRPO": credit("grpo"),
    "REINFORCE++": credit("reinforce++"),
    // It adds the others and later turns itself, and refuses rewards that do.
    "counterfactual": { ...credit("counterfactual"), reward: immediate },
    "GAE, cumulative": { reward: { share: "individual" } },
    "GAE, immediate": { reward: immediate },
    "GAE, final answer": { reward: { horizon: "last", share: "individual" } },
  },
  seeds: [0, 1, 2],
  table: equalTokensTable,
  plot: (runs) =>
    curvesPlot(runs, [
      { title: "by credit", has: (arm) => !arm.startsWith(`${PPO},`) },
      { title: "by reward", has: (arm) => arm.startsWith(PPO) },
    ]),
};
