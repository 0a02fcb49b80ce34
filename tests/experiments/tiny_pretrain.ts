/**
 * Pretraining at a size at which it takes a second.
 *
 * @module
 */

/** Entailment has three labels, so even a model that only writes boxes is right now and then. */
export const task = { name: "entailment", difficulty: 1 };

/**
 * Settings of a tiny run.
 *
 * @param changes Settings that differ.
 */
export function tinyPretrain(changes: object = {}) {
  return {
    task,
    model: {
      hiddenSize: 32,
      intermediateSize: 48,
      numHiddenLayers: 1,
      numAttentionHeads: 2,
      numKeyValueHeads: 1,
    },
    corpus: { solutionSteps: 70, batchSize: 16 },
    legs: [60, 80],
    warmupSteps: 5,
    evaluateEvery: 1000,
    evaluationQuestions: 4,
    ...changes,
  };
}
