import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NumericError } from "../../lib/core/mod.ts";
import {
  groupParams,
  importanceWeights,
  type PpoOptions,
  ppoRows,
  ppoUpdate,
} from "../../lib/rl/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";
import { onlyGroup, ppoOptions, randomRows, scatter, snapshot, tinyPolicies } from "./ppo_toys.ts";

await startTestDevice();

/** One update of answers that were sampled as much likelier as training finds them, in nats. */
async function update(shift: number | undefined, changes: Partial<PpoOptions>) {
  const decoder = tinyDecoder();
  const policies = tinyPolicies(decoder, { critic: null });
  try {
    const group = onlyGroup(policies);
    scatter(groupParams(group), 0.3);
    const rows = randomRows({ numQuestions: 3, numAgents: 2, turns: [1] });
    const own = await ppoRows(group, rows, ppoOptions());
    const answers = own.map(({ row, oldLogProbs }) =>
      shift === undefined
        ? row
        : { ...row, sampledLogProbs: oldLogProbs.map((logProb) => logProb + shift) }
    );
    const { stats } = await ppoUpdate(group, answers, ppoOptions({ vfCoef: 0, ...changes }));
    return { stats, weights: await snapshot(groupParams(group)) };
  } finally {
    policies.dispose();
    decoder.dispose();
  }
}

Deno.test("importanceWeights() are ratios of probabilities, cut off at the cap", () => {
  // Training finds the tokens half as likely, as likely, 1.5 times and 5 times as likely as they were.
  const old = Float32Array.of(0.2, 0.3, 0.6, 0.5).map(Math.log);
  const sampled = Float32Array.of(0.4, 0.3, 0.4, 0.1).map(Math.log);
  assertClose(importanceWeights(old, sampled, 2), [0.5, 1, 1.5, 2], 1e-6);
  assertClose(importanceWeights(old, sampled, 10), [0.5, 1, 1.5, 5], 1e-5);
  assertClose(importanceWeights(old, sampled, 1), [0.5, 1, 1, 1], 1e-6);
});

Deno.test("importanceWeights() stay finite for tokens that were as good as impossible", () => {
  const old = Float32Array.of(-1, -1000, -1);
  assertEquals(
    importanceWeights(old, Float32Array.of(-1000, -1, -Infinity), 2),
    Float32Array.of(2, 0, 2),
  );
});

Deno.test("importanceWeights() correct the mean of what another distribution sampled", () => {
  // μ = (1/2, 1/4, 1/4), π = (1/4, 1/2, 1/4), f = (8, 4, 12): E_π f = 2 + 2 + 3 = 7.
  const [mu, pi, f] = [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [8, 4, 12]];
  const mean = (cap: number) => {
    const [old, sampled] = [pi!, mu!].map((p) => Float32Array.from(p, Math.log));
    const weights = importanceWeights(old!, sampled!, cap);
    return mu!.reduce((sum, p, i) => sum + p * weights[i]! * f![i]!, 0);
  };
  // Weights 1/2, 2, 1. With the cap at 1 the second token's share falls from 2 to 1: 2 + 1 + 3 = 6.
  assertClose(Float32Array.of(mean(2), mean(1)), [7, 6], 1e-5);
});

Deno.test("importanceWeights() refuse log-probabilities that are no numbers", () => {
  assertThrows(
    () => importanceWeights(Float32Array.of(-1, -1), Float32Array.of(-1, NaN), 2),
    NumericError,
    "Cannot weight sampled tokens as their log-probabilities must be numbers: token 1 has NaN",
  );
});

Deno.test("ppoUpdate() with truncate changes no bit where sampling and training agree", async () => {
  const refused = await update(0, {});
  for (const shift of [0, undefined]) { // undefined: not known with which the tokens were sampled
    const { weights } = await update(shift, { samplingMismatch: "truncate" });
    assertEquals(weights, refused.weights);
  }
});

Deno.test("ppoUpdate() with truncate weights tokens that were sampled with other probabilities", async () => {
  const { stats: { gradNorm } } = await update(undefined, {});
  // Every token was half as likely when sampled, so its weight is 2, or the cap.
  for (const [importanceSamplingCap, weight] of [[3, 2], [1.5, 1.5]] as const) {
    const { stats } = await update(-Math.LN2, {
      samplingMismatch: "truncate",
      importanceSamplingCap,
    });
    assertClose([stats.gradNorm / gradNorm, stats.samplingError], [weight, Math.LN2], 1e-3);
  }
});

Deno.test("ppoUpdate() with refuse allows as many nats apart as samplingTolerance says", async () => {
  const { stats } = await update(0.1, { samplingTolerance: 0.2 });
  assertClose([stats.samplingError], [0.1], 1e-3);
  for (const samplingTolerance of [0.05, null]) {
    await assertRejects(
      () => update(0.1, { samplingTolerance }),
      NumericError,
      "must be sampled by its own parameters",
    );
  }
});
