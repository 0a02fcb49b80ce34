/**
 * How much each stage does: written down before the first full run.
 *
 * @module
 */
import type { RunOf } from "../../lib/tracking/mod.ts";
import { WARM_UP } from "./shown.ts";

/** The arm that makes the verifier. */
export const VERIFIER = "verifier";

const discussion = { numAgents: 2, numTurns: 2 };
const lora = { loraR: 8, loraAlpha: 16 };
/** An optimiser step on 4096 tokens would nearly fill the 4 GiB that computing has. */
const maxBatchTokens = 2048;
const numQuestions = 100;
const modelOf = (runOf: RunOf) => `${runOf(WARM_UP)}/model`;

/** Supervised training of an adapter, which is merged; no verifier is there yet. */
export const warmUp = {
  discussion,
  verifier: { kind: "oracle" },
  imitation: {
    ...{ what: "demonstrations", questions: 800, trainedTokens: 32_000, updates: 4 },
    ...{ batchSize: 16, warmupSteps: 4, maxBatchTokens, ...lora },
  },
  evaluation: { numQuestions, baselines: { maxAnswers: 0 } },
  saveModel: true,
};

/** A head on the states of the model that was warmed up, trained on its own answers. */
export const verifier = (runOf: RunOf) => ({
  base: modelOf(runOf),
  ...{ questions: 250, samplesPerQuestion: 4, heldOutQuestions: 100 },
  ...{ epochs: 2, batchSize: 32, warmupSteps: 5, maxBatchTokens },
});

/** MAPoRL, with parameters that all agents share at all turns. */
export const training = (runOf: RunOf) => ({
  base: modelOf(runOf),
  verifier: { kind: "trained", path: `${runOf(VERIFIER)}/verifier` },
  discussion,
  algorithm: {
    ...{ turnGroups: "all", trainGroups: ["all"], ...lora },
    ...{ updates: 8, questionsPerUpdate: 32, numPpoEpochs: 1, maxBatchTokens },
  },
  evaluation: { numQuestions, every: 4, baselines: { maxAnswers: 12 } },
});
