import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type PpoRow, PpoStatsCollector } from "../../lib/rl/mod.ts";

/** A row of two tokens of which the collector reads values, returns, divergence and reward. */
function row(reward: number, kl: number[], oldValues: number[], rewardsToGo: number[]): PpoRow {
  return {
    row: { reward, tokens: new Int32Array(kl.length) },
    kl: Float64Array.from(kl),
    values: {
      oldValues: Float32Array.from(oldValues),
      monteCarloReturns: Float32Array.from(rewardsToGo),
    },
  } as unknown as PpoRow;
}

Deno.test("PpoStatsCollector.summary() by hand", () => {
  const stats = new PpoStatsCollector([
    row(1, [0.5, 0.25], [0, 1], [1, 1]),
    row(-2, [-0.25], [2], [3]),
  ]);
  const log = Math.log;
  // First step: ratios 1 and 1.1. Second: ratio 2. With ε = 0.2 one of three tokens is outside.
  const policy = (ratios: number[], entropy: number[]) =>
    stats.policy({
      newLogProbs: Float32Array.from(ratios.map(log)),
      oldLogProbs: new Float32Array(ratios.length),
      entropy: Float32Array.from(entropy),
      cliprange: 0.2,
    });
  policy([1, 1.1], [0.5, 1]);
  stats.values({
    newValues: Float32Array.of(0.1, 2),
    oldValues: Float32Array.of(0, 1),
    cliprangeValue: 0.5,
  });
  // One row of 4 tokens beside one of 2, then one of 3: 2 of 11 computed tokens are padding.
  stats.batch({ numRows: 2, length: 4, starts: Int32Array.of(0, 2) });
  stats.batch({ numRows: 1, length: 3, starts: Int32Array.of(0) });
  stats.policyStep({ policyLoss: 1, gradNorm: 2, learningRate: 1e-3 });
  stats.criticStep({ valueLoss: 4, gradNorm: 1 });
  policy([2], [1.5]);
  stats.policyStep({ policyLoss: 3, gradNorm: 6, learningRate: 2e-3 });
  stats.criticStep({ valueLoss: 2, gradNorm: 4 });
  const summary = stats.summary();

  assertEquals([summary.policyLoss, summary.valueLoss, summary.gradNorm], [2, 3, 4]);
  assertEquals(summary.valueGradNorm, 2.5);
  assertEquals(summary.learningRate, 2e-3); // of the last step
  // ρ − 1 − log ρ: 0, 0.1 − log 1.1, 1 − log 2
  assertAlmostEquals(summary.approxKl, (0.1 - log(1.1) + 1 - log(2)) / 3, 1e-7);
  assertAlmostEquals(summary.clipFrac, 1 / 3, 1e-12);
  assertAlmostEquals(summary.valueClipFrac!, 1 / 2, 1e-12);
  assertAlmostEquals(summary.entropy, 1, 1e-7);
  assertAlmostEquals(summary.firstRatioError, 0.1, 1e-6); // the ratio 2 came after a step
  // rewards to go 1, 1, 3: variance 4/3; errors 1, 0, 1: variance 1/3; 1 − (1/3)/(4/3) = 3/4
  assertAlmostEquals(summary.explainedVariance!, 0.75, 1e-12);
  // summed over an answer, mean over answers: (0.75 − 0.25) / 2
  assertAlmostEquals(summary.refKl, 0.25, 1e-12);
  assertEquals([summary.reward, summary.numAnswers, summary.numTokens], [-0.5, 2, 3]);
  assertEquals(summary.numSteps, 2);
  assertAlmostEquals(summary.paddedShare, 2 / 11, 1e-12);
});

Deno.test("PpoStatsCollector counts no clipped value where values are not clipped", () => {
  const stats = new PpoStatsCollector([row(1, [0], [0], [1])]);
  stats.values({
    newValues: Float32Array.of(1e6),
    oldValues: Float32Array.of(0),
    cliprangeValue: null,
  });
  assertEquals(stats.summary().valueClipFrac, 0);
});
