/**
 * Experiment 5 of the paper: does imitating the best of one's own discussions do what MAPoRL does? Beside it what is
 * hard to beat, rejection sampling on single answers at as many trained tokens.
 *
 * @module
 */
import {
  accuracyByTurnPlot,
  type Arms,
  askedQuestions,
  summariesOfSeries,
} from "../../lib/tracking/mod.ts";
import { seriesOf, turnsOf } from "./series.ts";
import { strategiesTable } from "./strategies.ts";

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "sft",
  summary: "Exp. 5: supervised training on the best discussions, or single answers, beside MAPoRL",
  minutes: "about 3 on two cores",
  script: "supervised",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/entailment_verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 3 },
  },
  arms: {
    // What the base model reaches without discussion is measured in the other two.
    "supervised on discussions": { evaluation: { baselines: { maxAnswers: 0 } } },
    "supervised on single answers": { imitation: { what: "single_answers" } },
    // As closed_book's arm, whose runs are found again.
    "MAPoRL": { algorithm: { turnGroups: "all", trainGroups: ["all"] } },
  },
  scripts: { "MAPoRL": "maporl" },
  seeds: [0, 1, 2, 3, 4],
  table: (runs) => turnsOf(runs, "vote"),
  tables: (runs) => ({
    mean: turnsOf(runs, "meanAccuracy"),
    strategies: strategiesTable(runs),
  }),
  plot: (runs) =>
    accuracyByTurnPlot(summariesOfSeries(seriesOf(runs)), {
      title: "Accuracy of the vote after imitation and after reinforcement",
      subtitle: `${askedQuestions(runs)}, 95 % intervals over seeds and questions`,
      metric: "vote",
    }),
};
