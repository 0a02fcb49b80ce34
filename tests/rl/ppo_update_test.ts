import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NumericError } from "../../lib/core/mod.ts";
import { groupParams, planPpoUpdate, ppoRows, ppoUpdate } from "../../lib/rl/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";
import {
  changedSince,
  onlyGroup,
  ppoOptions,
  randomRows,
  scatter,
  snapshot,
  tinyPolicies,
} from "./ppo_toys.ts";

await startTestDevice();

const ROWS = randomRows({ numQuestions: 6, numAgents: 2, turns: [1, 2] });
const EQUAL_REWARDS = ROWS.map((row) => ({ ...row, reward: 1 }));

/** A decoder with one group of policies, freed afterwards. */
async function withGroup(
  test: (
    parts: { decoder: ReturnType<typeof tinyDecoder>; group: ReturnType<typeof onlyGroup> },
  ) => Promise<void>,
): Promise<void> {
  const decoder = tinyDecoder();
  const policies = tinyPolicies(decoder);
  try {
    await test({ decoder, group: onlyGroup(policies) });
  } finally {
    policies.dispose();
    decoder.dispose();
  }
}

Deno.test("ppoUpdate() starts at ratio 1, however rows are batched and at any temperature", () =>
  withGroup(async ({ group }) => {
    for (const [temperature, maxBatchTokens] of [[1, 1000], [0.7, 20], [1.3, 1]] as const) {
      scatter(groupParams(group), 0.3);
      const options = ppoOptions({ maxBatchTokens, numMiniBatches: 3 });
      const { stats } = await ppoUpdate({ ...group, temperature }, ROWS, options);
      assert(stats.firstRatioError < 2e-5, `${stats.firstRatioError}`);
      assert(stats.approxKl > 0, "later mini-batches see a policy that has moved");
    }
  }));

Deno.test("ppoUpdate() refuses a first ratio that is not 1 and leaves the parameters alone", () =>
  withGroup(async ({ decoder, group }) => {
    const other = tinyAdapter(decoder.config);
    let asked = 0;
    const faulty = {
      ...group,
      // Old log-probabilities under one adapter, new ones under another: as if sampling differed.
      get policy() {
        return asked++ < 2 ? group.policy : other; // asked for its rank first
      },
      params: new Map(
        [...other.weights].map(([name, weight]) => [`policy.${name}`, weight] as const),
      ),
    };
    const before = await snapshot(groupParams(faulty));
    const numTensors = tf.memory().numTensors;
    await assertRejects(
      () => ppoUpdate(faulty, ROWS, ppoOptions()),
      NumericError,
      "Cannot update shared/all as the ratio of the first pass must be 1: token 0 has",
    );
    assertEquals(await changedSince(before, groupParams(faulty)), []);
    assertEquals(tf.memory().numTensors, numTensors);
    other.dispose();
  }));

Deno.test("ppoUpdate() refuses answers that were not sampled by its own parameters", () =>
  withGroup(async ({ group }) => {
    const before = await snapshot(groupParams(group));
    const own = await ppoRows(group, ROWS, ppoOptions());
    const sampled = own.map(({ row, oldLogProbs }) => ({ ...row, sampledLogProbs: oldLogProbs }));
    // One token of one answer that had another probability when it was sampled.
    const foreign = sampled.map((row, i) =>
      i === 3
        ? { ...row, sampledLogProbs: row.sampledLogProbs.map((x, k) => k === 0 ? x - 0.1 : x) }
        : row
    );
    await assertRejects(
      () => ppoUpdate(group, foreign, ppoOptions()),
      NumericError,
      "must be sampled by its own parameters",
    );
    assertEquals(await changedSince(before, groupParams(group)), []);
    const { stats } = await ppoUpdate(group, sampled, ppoOptions());
    assert(stats.samplingError < 1e-5, `${stats.samplingError}`);
  }));

Deno.test("ppoUpdate() does not change the policy when all advantages are 0, but the value function", () =>
  withGroup(async ({ decoder, group }) => {
    const before = await snapshot(groupParams(group));
    const base = await snapshot(decoder.weights);
    const { stats } = await ppoUpdate(group, EQUAL_REWARDS, {
      ...ppoOptions({ numPpoEpochs: 3, numMiniBatches: 2 }),
    });
    const changed = await changedSince(before, groupParams(group));
    assertEquals(changed.filter((name) => name.startsWith("policy.")), []);
    assert(changed.some((name) => name.startsWith("value_head.")), "the value head");
    assert(changed.some((name) => name.startsWith("value.")), "the value adapter too");
    assertEquals([stats.policyLoss, stats.clipFrac], [0, 0]);
    // A GPU, and some libraries on some processors, multiply batches of other sizes in another order, which moves
    // log-probabilities by 1e-6.
    assert(Math.abs(stats.approxKl) <= 1e-11, `${stats.approxKl}`);
    assertEquals(stats.explainedVariance, null); // returns without spread
    assertEquals(await changedSince(base, decoder.weights), []);
  }));

Deno.test("ppoUpdate() changes policy, value adapter and value head, never the base model", () =>
  withGroup(async ({ decoder, group }) => {
    const [before, base] = [await snapshot(groupParams(group)), await snapshot(decoder.weights)];
    await ppoUpdate(group, ROWS, {
      ...ppoOptions({ numPpoEpochs: 2, numMiniBatches: 2 }),
    });
    assertEquals(
      new Set(await changedSince(before, groupParams(group))),
      new Set(groupParams(group).keys()),
    );
    assertEquals(await changedSince(base, decoder.weights), []);
  }));

Deno.test("ppoUpdate() takes the same steps of the policy, bit for bit, whatever vfCoef is", async () => {
  const runs: Map<string, Float32Array>[] = [];
  const norms: number[][] = [];
  for (const vfCoef of [0.1, 1]) {
    await withGroup(async ({ group }) => {
      scatter(groupParams(group), 0.3);
      const options = ppoOptions({ vfCoef, maxGradNorm: 0.01, numPpoEpochs: 2, numMiniBatches: 2 });
      const { stats } = await ppoUpdate(group, ROWS, options);
      assert(stats.gradNorm > 0.01 && stats.valueGradNorm! > 0.01, "both are clipped");
      norms.push([stats.gradNorm, stats.valueGradNorm!]);
      runs.push(await snapshot(groupParams(group)));
    });
  }
  for (const [name, values] of runs[0]!) {
    if (name.startsWith("policy.")) assertEquals(runs[1]!.get(name), values, name);
  }
  assertEquals(norms[1]![0], norms[0]![0]);
  assert(norms[1]![1]! > 5 * norms[0]![1]!, `the critic's own norm: ${norms}`);
});

Deno.test("ppoUpdate() pays for divergence even where rewards are equal", () =>
  withGroup(async ({ group }) => {
    scatter(groupParams(group), 0.3); // a policy away from the base
    const before = await snapshot(groupParams(group));
    const { stats, refKl } = await ppoUpdate(group, EQUAL_REWARDS, {
      ...ppoOptions({ klCoef: 0.1 }),
    });
    const changed = await changedSince(before, groupParams(group));
    assert(changed.some((name) => name.startsWith("policy.")));
    const mean = refKl.reduce((a, b) => a + b, 0) / refKl.length;
    assert(Math.abs(stats.refKl - mean) < 1e-9 && refKl.length === ROWS.length);
  }));

Deno.test("ppoUpdate() takes one step per mini-batch and epoch, at most one per question", () =>
  withGroup(async ({ group }) => {
    for (const [numMiniBatches, steps] of [[4, 8], [100, 12]] as const) {
      const seen: string[] = [];
      const rates: number[] = [];
      const before = group.optimizer.stepCount;
      const { stats } = await ppoUpdate(group, ROWS, {
        ...ppoOptions({ numPpoEpochs: 2, numMiniBatches }),
        learningRate: (step) => {
          rates.push(step - before);
          return 1e-4;
        },
        onStep: (done, total) => void seen.push(`${done}/${total}`),
      });
      assertEquals([stats.numSteps, stats.numAnswers], [steps, ROWS.length]);
      assertEquals(stats.numTokens, ROWS.reduce((sum, { tokens }) => sum + tokens.length, 0));
      assertEquals(seen, Array.from({ length: steps }, (_, i) => `${i + 1}/${steps}`));
      assertEquals(rates, Array.from({ length: steps }, (_, i) => i));
    }
  }));

Deno.test("ppoUpdate() is a function of its parameters, rows and stream", async () => {
  const runs: Map<string, Float32Array>[] = [];
  for (let run = 0; run < 2; run++) {
    await withGroup(async ({ group }) => {
      scatter(groupParams(group), 0.3);
      const options = ppoOptions({ numPpoEpochs: 2, numMiniBatches: 3 });
      await ppoUpdate(group, ROWS, options);
      runs.push(await snapshot(groupParams(group)));
    });
  }
  assertEquals(runs[1], runs[0]);
});

Deno.test("ppoUpdate() ends at the same parameters, bit for bit, with gradientCheckpointing", async () => {
  const runs: Map<string, Float32Array>[] = [];
  for (const gradientCheckpointing of [false, true]) {
    await withGroup(async ({ group }) => {
      scatter(groupParams(group), 0.3);
      const options = ppoOptions({ gradientCheckpointing, numPpoEpochs: 2, numMiniBatches: 3 });
      await ppoUpdate(group, ROWS, options);
      runs.push(await snapshot(groupParams(group)));
    });
  }
  assertEquals(runs[1], runs[0]);
});

Deno.test("ppoUpdate() cuts within its budget of memory, says so, and ends about where it does without", async () => {
  const runs: Map<string, Float32Array>[] = [];
  const cuts: number[] = [];
  for (const budget of [null, 0.2]) {
    await withGroup(async ({ group }) => {
      scatter(groupParams(group), 0.3);
      const options = ppoOptions({ memoryBudget: budget, learningRate: () => 1e-3 });
      const foreseen = planPpoUpdate(group, ROWS, options);
      const { plan } = await ppoUpdate(group, ROWS, options);
      assertEquals(plan, foreseen);
      cuts.push(plan.maxBatchTokens);
      if (budget !== null) assert(plan.peakBytes <= budget * 2 ** 20, `${plan.peakBytes}`);
      runs.push(await snapshot(groupParams(group)));
    });
  }
  assert(cuts[1]! < cuts[0]!, `${cuts}`);
  for (const [name, values] of runs[0]!) assertClose(runs[1]!.get(name)!, values, 1e-4);
});

Deno.test("ppoUpdate() stops at a gradient that is not finite, with the parameters of the last good step", () =>
  withGroup(async ({ group }) => {
    const before = await snapshot(groupParams(group));
    const numTensors = tf.memory().numTensors;
    await assertRejects(
      () => ppoUpdate(group, ROWS, ppoOptions({ vfCoef: Infinity })),
      NumericError,
      "gradients must be finite",
    );
    await assertRejects(
      () => ppoUpdate(group, [{ ...ROWS[0]!, reward: NaN }], ppoOptions()),
      NumericError,
      "score of row 0 must be finite",
    );
    assertEquals(await changedSince(before, groupParams(group)), []);
    assertEquals(group.optimizer.stepCount, 0);
    assertEquals(tf.memory().numTensors, numTensors);
  }));

Deno.test("ppoUpdate() leaks no tensors, also when it is stopped between two steps", () =>
  withGroup(async ({ group }) => {
    for (const compat of ["paper", "official"] as const) {
      const options = ppoOptions({ compat, numPpoEpochs: 2, numMiniBatches: 2, cliprangeValue: 1 });
      const once = () => ppoUpdate(group, ROWS, options);
      await assertNoLeak(once);
      const blocks = numHeapBlocks();
      await once();
      assertEquals(numHeapBlocks(), blocks);
      await assertNoLeak(() =>
        assertRejects(
          () =>
            ppoUpdate(group, ROWS, {
              ...options,

              onStep: (done) => {
                if (done === 3) throw new RangeError("stop");
              },
            }),
          RangeError,
          "stop",
        )
      );
    }
  }));
