/**
 * Does a critic help? The arithmetic experiment with the paper's critic, with one that learns faster and reads more,
 * with none, and with RLOO, whose baseline is the other discussions of the same question. An update has 64
 * discussions in each.
 *
 * @module
 */
import { accuracyByArm, type Arms } from "../../lib/tracking/mod.ts";
import { explainedVarianceTable } from "./explained_variance.ts";

/** What the base model reaches without discussion is measured in the first arm, once for all. */
const evaluation = { baselines: { maxAnswers: 0 } };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "critic",
  summary: "does a critic help? the paper's, a better one, none, and RLOO",
  minutes: "about 10 on two cores that do other work too",
  script: "maporl",
  settings: {
    base: "data/checkpoints/arithmetic/base",
    verifier: { kind: "trained", path: "data/checkpoints/arithmetic/verifier" },
    discussion: { numAgents: 3, numTurns: 3 },
    algorithm: { turnGroups: "first_vs_rest", trainGroups: ["rest"] },
  },
  arms: {
    "paper's critic": {},
    "own settings": {
      evaluation,
      algorithm: {
        valueInput: "full",
        criticLearningRate: 3e-3,
        numCriticEpochs: 8,
        criticBias: true,
        criticPerTurn: true,
      },
    },
    "no critic": { evaluation, algorithm: { vfCoef: 0 } },
    "RLOO": {
      evaluation,
      discussion: { numSamples: 4 },
      algorithm: { questionsPerUpdate: 16, credit: { name: "rloo" } },
    },
  },
  seeds: [0, 1, 2],
  table: (runs) => accuracyByArm(runs),
  tables: (runs) => ({ explained_variance: explainedVarianceTable(runs) }),
};
