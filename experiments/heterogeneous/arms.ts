/**
 * Experiment 4 of the paper (Figure 7): pairs of different base models, each agent scored by the verifier of its own.
 * Co-trained, beside what each reaches with its own copy and what it learns alone.
 *
 * @module
 */
import { accuracyByArm, type Arms, seatColumns, trainingColumns } from "../../lib/tracking/mod.ts";
import { agentsTable } from "./agents.ts";
import { aloneName, apartName, BASES, modelOf, pairName, PAIRS } from "./bases.ts";
import { partnersTable } from "./partners.ts";
import { pictureOf, turnsOf } from "./turns.ts";

/** Every set of parameters is trained on 288 answers in an update, in whatever arm: two turns of 144 questions. */
const settings = {
  task: { name: "closed_book", of: "arithmetic" },
  sampling: { temperature: 0.7 },
  discussion: { numAgents: 2, numTurns: 2 },
  algorithm: { turnGroups: "all", trainGroups: ["all"], questionsPerUpdate: 144 },
};
/** Two who share nothing, be they of one base model or of two. */
const separate = { algorithm: { shareAgents: false } };
/** Answers without discussion are measured in the arms that train two. */
const evaluation = { baselines: { maxAnswers: 0 } };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "heterogeneous",
  summary: "Exp. 4: pairs of different base models, with copies of themselves, alone (Figure 7)",
  minutes: "about 10 on two cores",
  script: "maporl",
  settings,
  arms: {
    ...Object.fromEntries(PAIRS.map(([first, second]) => [
      pairName(first, second),
      { ...separate, ...modelOf(first), seats: [{}, modelOf(second)] },
    ])),
    ...Object.fromEntries(BASES.map((base) => [
      pairName(base, base),
      { ...separate, ...modelOf(base) },
    ])),
    ...Object.fromEntries(BASES.map((base) => [aloneName(base), {
      ...modelOf(base),
      evaluation,
      discussion: { numAgents: 1, numTurns: 1 },
      algorithm: { questionsPerUpdate: 288 },
    }])),
    ...Object.fromEntries(PAIRS.map(([first, second]) => [apartName(first, second), (runOf) => ({
      ...modelOf(first),
      evaluation,
      algorithm: { ...separate.algorithm, updates: 0 },
      seats: [first, second].map((base) => ({
        ...modelOf(base),
        initFrom: { run: runOf(aloneName(base)), agent: 0 },
      })),
    })])),
  },
  seeds: [0, 1, 2, 3, 4],
  table: (runs) =>
    accuracyByArm(runs, {
      comparesArms: false,
      columns: [...seatColumns(), ...trainingColumns(runs)],
    }),
  tables: (runs) => ({
    turns: turnsOf(runs),
    agents: agentsTable(runs),
    partners: partnersTable(runs),
  }),
  plot: pictureOf,
};
