/**
 * Is the verifier worth paying for (Table 7 of the paper, appendix G.7), and how often are its verdicts right (Table
 * 6)? Rewards shaped by its scores against right or wrong at the end alone, in both domains of closed_book.
 *
 * @module
 */
import { type Arms, askedQuestions, panelsOfSeries } from "../../lib/tracking/mod.ts";
import { seriesOf, turnsOf } from "./series.ts";
import { calibrationPlot, verdictsTable } from "./verdicts.ts";

const worldOf = (domain: string) => ({
  task: { name: "closed_book", of: domain },
  verifier: { kind: "trained", path: `data/checkpoints/closed_book/${domain}_verifier` },
});
/** Nothing is paid by verdicts, which agents read all the same. */
const finalAnswers = {
  reward: { source: "label", horizon: "last" },
  // What the base model reaches without discussion is measured once in each domain.
  evaluation: { baselines: { maxAnswers: 0 } },
};
/** Nobody reads verdicts, either; they are kept, to see what became of them. */
const withoutVerifier = { ...finalAnswers, discussion: { showScores: false } };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "verifier",
  summary: "is a verifier worth paying for, and how often is it right (Tables 6 and 7)",
  minutes: "about 8 on two cores, 5 after off_the_shelf, whose runs it shares",
  script: "maporl",
  // As off_the_shelf, alpha 0.
  settings: {
    base: "data/checkpoints/closed_book/base",
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 2, numTurns: 3 },
    algorithm: { turnGroups: "first_vs_rest", trainGroups: ["rest"], questionsPerUpdate: 96 },
    evaluation: { numAgents: 3 },
  },
  arms: Object.fromEntries(
    ["arithmetic", "entailment"].flatMap((domain) => [
      [`${domain}, with verifier`, worldOf(domain)],
      [`${domain}, final answers`, { ...worldOf(domain), ...finalAnswers }],
      [`${domain}, without verifier`, { ...worldOf(domain), ...withoutVerifier }],
    ]),
  ),
  seeds: [0, 1, 2, 3, 4],
  table: turnsOf,
  tables: (runs) => ({ verdicts: verdictsTable(runs) }),
  plots: (runs) => ({ calibration: calibrationPlot(runs) }),
  plot: (runs) =>
    panelsOfSeries(seriesOf(runs), {
      title: "Accuracy of the vote, with a verifier and without",
      questions: askedQuestions(runs),
      metric: "vote",
    }),
};
