/**
 * Experiment 1 of the paper: what discussions gain over their turns off the shelf, and after MAPoRL without and
 * with incentives. Figures 2 to 4 and Remark 2, in both domains of closed_book.
 *
 * @module
 */
import {
  type Arms,
  askedQuestions,
  panelsOfSeries,
  voteTransitionsTable,
} from "../../lib/tracking/mod.ts";
import { seriesOf, transitionsOf, turnsOf } from "./series.ts";
import { soloTable } from "./solo.ts";

/** What the base model reaches without discussion is measured once in each domain. */
const evaluation = { baselines: { maxAnswers: 0 } };
/** All four incentives alike: the paper's alpha in this experiment. */
const incentives = (alpha: number) => ({
  reward: { againstOthers: alpha, followOthers: alpha, othersLeftMe: alpha, othersJoinedMe: alpha },
});
const armOf = (domain: string, alpha: number) => ({
  task: { name: "closed_book", of: domain },
  verifier: { kind: "trained", path: `data/checkpoints/closed_book/${domain}_verifier` },
  ...(alpha === 0 ? {} : { evaluation, ...incentives(alpha) }),
});
/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "off_the_shelf",
  summary: "Exp. 1: accuracy over the turns, off the shelf and after MAPoRL (Figures 2 to 4)",
  minutes: "about 7 on two cores",
  script: "maporl",
  settings: {
    base: "data/checkpoints/closed_book/base",
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 3 },
    algorithm: { turnGroups: "first_vs_rest", trainGroups: ["rest"], questionsPerUpdate: 96 },
    evaluation: { numAgents: 3 },
  },
  arms: Object.fromEntries(
    ["arithmetic", "entailment"].flatMap((domain) =>
      [0, 1, 2].map((alpha) => [`${domain}, alpha ${alpha}`, armOf(domain, alpha)])
    ),
  ),
  seeds: [0, 1, 2, 3, 4],
  table: (runs) => turnsOf(runs, "vote"),
  tables: (runs) => ({
    mean: turnsOf(runs, "meanAccuracy"),
    transitions: voteTransitionsTable(seriesOf(runs)),
    solo: soloTable(runs),
  }),
  plots: (runs) => ({ transitions: transitionsOf(runs) }),
  plot: (runs) =>
    panelsOfSeries(seriesOf(runs), {
      title: "Accuracy of the vote over the turns of a discussion",
      questions: askedQuestions(runs),
      metric: "vote",
    }),
};
