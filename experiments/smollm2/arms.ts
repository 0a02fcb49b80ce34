/**
 * A real language model learns to discuss: SmolLM2-135M-Instruct is warmed up on demonstrations of word problems, gets a
 * verifier from its own answers, and is trained with MAPoRL.
 *
 * @module
 */
import {
  accuracyByTurnPlot,
  type Arms,
  askedQuestions,
  headlineTable,
  summariesOfSeries,
} from "../../lib/tracking/mod.ts";
import { stagesOf, turnsTable, WARM_UP } from "./shown.ts";
import { training, VERIFIER, verifier, warmUp } from "./stages.ts";

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "smollm2",
  summary: "a real model of 135 million parameters learns to discuss word problems",
  minutes: "about 160 on two cores, estimated",
  script: "maporl",
  scripts: { [WARM_UP]: "supervised", [VERIFIER]: "train_verifier" },
  prepares: [VERIFIER],
  needs: { base: "deno task data get smollm2_135m_instruct" },
  flags: { model: "base" },
  settings: {
    task: { name: "word_problems", maxSteps: 2 },
    base: "data/sets/smollm2_135m_instruct",
    // A solution of two steps takes up to 60 tokens.
    sampling: { temperature: 0.7, maxNewTokens: 96 },
  },
  arms: { [WARM_UP]: warmUp, [VERIFIER]: verifier, "MAPoRL": training },
  seeds: [0],
  table: (runs) => headlineTable(runs.filter(({ arm }) => arm !== WARM_UP)),
  tables: (runs) => ({ turns: turnsTable(runs) }),
  plot: (runs) =>
    accuracyByTurnPlot(summariesOfSeries(stagesOf(runs)), {
      title: "Accuracy over the turns of a discussion",
      subtitle: `${askedQuestions(runs)}, 95 % intervals over questions`,
    }),
};
