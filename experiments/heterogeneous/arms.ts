/**
 * Experiment 4 of the paper (Figure 7): pairs of different base models, each agent scored by the verifier of its own.
 * Co-trained, beside what each reaches with its own copy and what it learns alone.
 *
 * @module
 */
import { accuracyByArm, type Arms, seatColumns, trainingColumns } from "../../lib/tracking/mod.ts";
import { agentsTable } from "./agents.ts";
import { aloneName, apartName, BASES, pairName, PAIRS } from "./bases.ts";
import { alone, apart, together } from "./layers.ts";
import { partnersTable } from "./partners.ts";
import { pictureOf, turnsOf } from "./turns.ts";

/** Every set of parameters is trained on so many answers in an update: one to each question, or one at every turn. */
const ANSWERS = 288;
const numTurns = 2;

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "heterogeneous",
  summary: "Exp. 4: pairs of different base models, with copies of themselves, alone (Figure 7)",
  minutes: "25 to 30 on two cores that do other work too",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "arithmetic" },
    // In pieces an answer takes up to 42 tokens.
    sampling: { temperature: 0.7, maxNewTokens: 48 },
    discussion: { numAgents: 2, numTurns },
    algorithm: {
      turnGroups: "all",
      trainGroups: ["all"],
      questionsPerUpdate: ANSWERS / numTurns,
    },
  },
  arms: Object.fromEntries([
    ...[...PAIRS, ...BASES.map((base) => [base, base] as const)]
      .map(([first, second]) => [pairName(first, second), together(first, second)] as const),
    ...BASES.map((base) => [aloneName(base), alone(base, ANSWERS)] as const),
    ...PAIRS.map(([first, second]) => [apartName(first, second), apart(first, second)] as const),
  ]),
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
