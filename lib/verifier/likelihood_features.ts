/**
 * How likely the base model finds an answer, as two numbers per token.
 *
 * @module
 */

/** Numbers that {@link likelihoodFeatures} adds to each token's hidden state. */
export const NUM_LIKELIHOOD_FEATURES = 2;

/**
 * The least likely token so far and the mean so far: an error of the generator tends to be a token
 * that the generator itself finds unlikely. A head on a small decoder's hidden states alone did not
 * learn to judge within a few hundred steps, perhaps because what a token should have been is
 * computed one position earlier, in the last layers.
 *
 * @param logProbs Log-probabilities of an answer's N tokens under the base model, in nats.
 * @returns Shape [N, 2], row-major: running minimum and running mean, in nats.
 */
export function likelihoodFeatures(logProbs: Float32Array): Float32Array {
  const features = new Float32Array(logProbs.length * NUM_LIKELIHOOD_FEATURES);
  let least = 0;
  let sum = 0;
  for (const [i, logProb] of logProbs.entries()) {
    least = Math.min(least, logProb);
    sum += logProb;
    features[i * 2] = least;
    features[i * 2 + 1] = sum / (i + 1);
  }
  return features;
}
