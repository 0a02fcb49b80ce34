/**
 * Every credit's policy gradient over many sampled batches against the exact gradient.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import type { CreditRow } from "../../lib/rl/mod.ts";
import { cases, NUM_SAMPLES, type Sampled } from "./cases.ts";
import {
  chanceOfOne,
  exactGradient,
  NUM_PARAMS,
  NUM_QUESTIONS,
  PARAMS,
  play,
  tokenDivergence,
  type Worth,
} from "./game.ts";
import { NUM_BATCHES, type Proof } from "./shown.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function sampleBatch(random: Random): Sampled[] {
  const batch: Sampled[] = [];
  for (let question = 0; question < NUM_QUESTIONS; question++) {
    for (let sample = 0; sample < NUM_SAMPLES; sample++) {
      const answers = play(
        question,
        (place, first) => random.uniform() < chanceOfOne(PARAMS, place, first).p ? 1 : 0,
      );
      for (const answer of answers) {
        const later = answers.filter(({ turn }) => turn >= answer.turn);
        batch.push({ ...answer, question, sample, team: sum(later.map(({ own }) => own)) });
      }
    }
  }
  return batch;
}

/** Σ Â ∇ log π over all tokens of the batch, by the number of discussions. */
function estimate(batch: readonly Sampled[], advantages: readonly Float32Array[]): Float64Array {
  const gradient = new Float64Array(NUM_PARAMS);
  for (const [i, answer] of batch.entries()) {
    for (const position of [0, 1] as const) {
      const first = position === 0 ? undefined : answer.tokens[0];
      const { p, index } = chanceOfOne(PARAMS, answer, first);
      gradient[index]! += advantages[i]![position]! * (answer.tokens[position] - p) /
        (NUM_QUESTIONS * NUM_SAMPLES);
    }
  }
  return gradient;
}

/**
 * Compares all credits with the exact gradients of what they claim, on the same batches.
 *
 * @param random Draws the batches.
 * @param numBatches Batches of 2 questions × 4 samples.
 * @returns One entry per credit.
 */
export function proveCredits(random: Random, numBatches = NUM_BATCHES): Proof[] {
  const gradients = new Map<Worth, number[]>();
  const gradientOf = (worth: Worth) => {
    const gradient = gradients.get(worth) ?? exactGradient(worth);
    gradients.set(worth, gradient);
    return gradient;
  };
  const all = cases().map((one) => ({
    ...one,
    exact: gradientOf(one.worth),
    sums: new Float64Array(NUM_PARAMS),
    squares: new Float64Array(NUM_PARAMS),
    along: [0, 0],
  }));
  for (let round = 0; round < numBatches; round++) {
    const batch = sampleBatch(random);
    const kl = batch.map((answer) =>
      Float64Array.from([0, 1] as const, (position) => tokenDivergence(PARAMS, answer, position))
    );
    for (const { credit, reward, values, exact, sums, squares, along } of all) {
      const rows = batch.map((answer, i): CreditRow => ({
        ...answer,
        question: String(answer.question),
        reward: reward(answer),
        kl: kl[i]!,
        ...(values ? { values: Float32Array.from(values(answer)) } : {}),
      }));
      const gradient = estimate(batch, credit.assign(rows).map(({ advantages }) => advantages));
      let component = 0;
      for (const [i, value] of gradient.entries()) {
        sums[i]! += value;
        squares[i]! += value ** 2;
        component += value * exact[i]!;
      }
      along[0]! += component;
      along[1]! += component ** 2;
    }
  }
  return all.map(({ name, claim, exact, sums, squares, along }) => {
    const length = sum(exact.map((value) => value ** 2));
    const means = Array.from(sums, (total) => total / numBatches);
    const variances = means.map((mean, i) => squares[i]! / numBatches - mean ** 2);
    const scale = along[0]! / numBatches / length;
    const error = Math.sqrt((along[1]! / numBatches - (scale * length) ** 2) / numBatches) / length;
    const biases = means.map((mean, i) =>
      Math.abs(mean - (claim ?? scale) * exact[i]!) / Math.sqrt(variances[i]! / numBatches)
    );
    return {
      name,
      claim,
      scale,
      bias: (scale - (claim ?? 1)) / error,
      largest: Math.max(...biases),
      cosine: scale * Math.sqrt(length) / Math.sqrt(sum(means.map((mean) => mean ** 2))),
      variance: sum(variances) / scale ** 2,
    };
  });
}
