/**
 * Discussion at the edge of what models know: questions that need facts which nobody tells, and which the base
 * model knows in part. Both domains, and what base model and verifiers can do before any discussion.
 *
 * @module
 */
import {
  accuracyByTurnPlot,
  type ArmRun,
  type Arms,
  askedQuestions,
  pooledSummaries,
  turnsTable,
} from "../../lib/tracking/mod.ts";
import { isMeasured, propertiesTable } from "./properties.ts";

const worldOf = (domain: "arithmetic" | "entailment") => ({
  task: { name: "closed_book", of: domain },
  verifier: { kind: "trained", path: `data/checkpoints/closed_book/${domain}_verifier` },
});
/** Three first answers to each validation question, without training: what the world is like. */
const firstAnswers = {
  discussion: { numTurns: 1 },
  algorithm: { updates: 0 },
  evaluation: { split: "validation" },
};
const discussed = (runs: readonly ArmRun[]) => runs.filter((run) => !isMeasured(run));

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "closed_book",
  summary: "discussion at the edge of competence: questions that need facts known in part",
  minutes: "6 to 8 on two cores",
  script: "maporl",
  settings: {
    base: "data/checkpoints/closed_book/base",
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 3 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
  },
  arms: {
    "arithmetic": worldOf("arithmetic"),
    "entailment": worldOf("entailment"),
    "arithmetic, first answers": { ...worldOf("arithmetic"), ...firstAnswers },
    "entailment, first answers": { ...worldOf("entailment"), ...firstAnswers },
  },
  seeds: [0, 1, 2, 3, 4],
  table: (runs) => ({
    ...turnsTable(pooledSummaries(discussed(runs)), "meanAccuracy", { questions: "" }),
    title: "Mean accuracy of the agents (test questions; 95 % intervals over seeds and questions)",
  }),
  tables: (runs) => ({ properties: propertiesTable(runs) }),
  plot: (runs) =>
    accuracyByTurnPlot(pooledSummaries(discussed(runs)), {
      title: "Accuracy over the turns of a discussion, facts known in part",
      subtitle: `${askedQuestions(discussed(runs))}, 95 % intervals over seeds and questions`,
    }),
};
