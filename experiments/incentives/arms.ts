/**
 * Experiment 2 of the paper (Tables 3 and 4): does paying for resisting a wrong majority, following a right one, or
 * moving the others change how agents do it? Two turns, one incentive at a time, as the paper and as the released
 * code pay it.
 *
 * @module
 */
import { type Arms, askedQuestions, turnsOfSeries } from "../../lib/tracking/mod.ts";
import { balancesTable, countsTable } from "./balances.ts";
import { FROM_NONE, seriesOf } from "./series.ts";

/** What the base model reaches without discussion is measured in the first arm, once for all. */
const evaluation = { baselines: { maxAnswers: 0 } };
const paid = (reward: object) => ({ evaluation, reward });
const official = { incentiveCompat: "official" };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "incentives",
  summary: "Exp. 2: what each incentive changes in how agents revise and persuade (Tables 3 and 4)",
  minutes: "about 8 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "arithmetic" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/arithmetic_verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 2 },
    // Influence is paid at the first turn, so that one is trained too.
    algorithm: { turnGroups: "all", trainGroups: ["all"], questionsPerUpdate: 144 },
    evaluation: { numAgents: 3 },
  },
  arms: {
    "none": {},
    "alpha1 = 2": paid({ followOthers: 2 }),
    "alpha0 = 2": paid({ againstOthers: 2 }),
    "beta1 = 2": paid({ othersJoinedMe: 2 }),
    "beta0 = 2": paid({ othersLeftMe: 2 }),
    // Of two turns the released code pays no influence at all: beta would be the arm "none".
    "alpha1 = 2, official": paid({ followOthers: 2, ...official }),
    "alpha0 = 2, official": paid({ againstOthers: 2, ...official }),
  },
  seeds: [0, 1, 2, 3, 4],
  table: (runs) => balancesTable(seriesOf(runs), "revision"),
  tables: (runs) => ({
    influence: balancesTable(seriesOf(runs), "influence"),
    revision_counts: countsTable(seriesOf(runs), "revision"),
    influence_counts: countsTable(seriesOf(runs), "influence"),
    turns: turnsOfSeries(seriesOf(runs), {
      metric: "vote",
      questions: askedQuestions(runs),
      differences: [FROM_NONE],
    }),
  }),
};
