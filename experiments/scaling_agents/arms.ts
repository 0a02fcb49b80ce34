/**
 * More agents, more turns, or neither: two agents are trained for three turns, and up to nine of their kind discuss
 * for up to six. What is reached at which cost, beside the same models without discussion.
 *
 * @module
 */
import type { Arms, RunOf } from "../../lib/tracking/mod.ts";
import { frontierPicture, frontierTable } from "./frontier.ts";
import { ALL_SIZES, NUM_TRAINED, sizesTable, TRAINED } from "./sizes.ts";

/** Two of them train themselves, and measure what they reach. */
const OTHER_SIZES = ALL_SIZES.filter(([numAgents]) => numAgents !== NUM_TRAINED);
/** Nothing is trained: as many agents discuss. */
const measured = (numAgents: number, numTurns: number) => ({
  discussion: { numAgents, numTurns },
  algorithm: { updates: 0 },
  evaluation: { baselines: { maxAnswers: 0 } },
});
const beginAs = (runOf: RunOf, numAgents: number) =>
  Array(numAgents).fill({ initFrom: { run: runOf(TRAINED), agent: 0 } });
const nameOf = (numAgents: number) => `${numAgents} agent${numAgents === 1 ? "" : "s"}`;

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "scaling_agents",
  summary: "more agents or more turns: trained with two, evaluated with one to nine, and the cost",
  minutes: "about 9 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/entailment_verifier" },
    sampling: { temperature: 0.7 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
    evaluation: { numQuestions: 100 },
  },
  arms: {
    [TRAINED]: {
      discussion: { numAgents: 2, numTurns: 3 },
      algorithm: { questionsPerUpdate: 96 },
      evaluation: { numTurns: 6 },
    },
    ...Object.fromEntries(OTHER_SIZES.flatMap(([numAgents, numTurns]) => [
      [`${nameOf(numAgents)}, off the shelf`, measured(numAgents, numTurns)],
      [`${nameOf(numAgents)}, trained`, (runOf: RunOf) => ({
        ...measured(numAgents, numTurns),
        seats: beginAs(runOf, numAgents),
      })],
    ])),
  },
  seeds: [0, 1, 2],
  inOverview: false,
  table: sizesTable,
  tables: (runs) => ({ frontier: frontierTable(runs) }),
  plot: frontierPicture,
};
