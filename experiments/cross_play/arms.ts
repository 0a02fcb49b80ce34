/**
 * Do agents that learnt to discuss do so with strangers? Pairs of agents that were trained together, from another
 * start, with parameters of their own, beside the base model, and not at all: every one with every other.
 *
 * @module
 */
import type { Arms, RunOf } from "../../lib/tracking/mod.ts";
import { BESIDE, LEARNERS, matrixTable, pairName, regretTable, UNTRAINED } from "./pairs.ts";

const frozen = { frozen: true };
/** Parameters of another name begin with other adapters, and are trained on the same questions. */
const otherStart = { parameters: "other_start" };
/** Answers without discussion are measured in other experiments. */
const evaluation = { numQuestions: 150, baselines: { maxAnswers: 0 } };

/** Who sits in a seat of a pair: of separate parameters those of the seat, of the others the first agent's. */
const seatOf = (runOf: RunOf, learner: string, seat: number) =>
  learner === UNTRAINED
    ? {}
    : { initFrom: { run: runOf(learner), agent: learner === "separate" ? seat : 0 } };
const pairOf = (first: string, second: string) => (runOf: RunOf) => ({
  algorithm: { updates: 0, shareAgents: false },
  seats: [seatOf(runOf, first, 0), seatOf(runOf, second, 1)],
});
/** What the arms that train measure themselves: two of a kind, and who was trained beside the base model with it. */
const isMeasuredThere = (first: string, second: string) =>
  first === BESIDE ? second === UNTRAINED : first === second;

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "cross_play",
  summary: "agents of different training paired: who discusses with whom, regret against self-play",
  minutes: "about 10 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/entailment_verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 3 },
    algorithm: { turnGroups: "all", trainGroups: ["all"], questionsPerUpdate: 96 },
    evaluation,
  },
  arms: {
    "co-trained": {},
    "co-trained, other start": { seats: [otherStart, otherStart] },
    "separate": { algorithm: { shareAgents: false } },
    // As many trained answers as in the others.
    [BESIDE]: { seats: [{}, frozen], algorithm: { questionsPerUpdate: 192 } },
    ...Object.fromEntries(
      LEARNERS.flatMap((first, i) =>
        LEARNERS.slice(i).filter((second) => !isMeasuredThere(first, second))
          .map((second) => [pairName(first, second), pairOf(first, second)])
      ),
    ),
  },
  seeds: [0, 1, 2],
  table: matrixTable,
  tables: (runs) => ({ regret: regretTable(runs) }),
};
