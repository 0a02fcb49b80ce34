import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { groupParams, ppoUpdate } from "../../lib/rl/mod.ts";
import { abortingAtLook } from "../support/aborts.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import {
  changedSince,
  onlyGroup,
  ppoOptions,
  randomRows,
  snapshot,
  tinyPolicies,
} from "./ppo_toys.ts";

await startTestDevice();

Deno.test("ppoUpdate() can be stopped between any two micro-batches, with the parameters of the last step", async () => {
  const rows = randomRows({ numQuestions: 4, numAgents: 2, turns: [1] });
  const settings = { numPpoEpochs: 2, numMiniBatches: 1, maxBatchTokens: 24 };
  let [looks, isWhole] = [0, false];
  const steps = new Map<number, number>();
  while (!isWhole) {
    const stop = abortingAtLook(++looks);
    const decoder = tinyDecoder();
    const policies = tinyPolicies(decoder);
    const group = onlyGroup(policies);
    let last = await snapshot(groupParams(group));
    const { numTensors } = tf.memory();
    const run = () =>
      ppoUpdate(group, rows, {
        ...ppoOptions(settings),
        signal: stop.signal,
        onStep: async () => {
          last = await snapshot(groupParams(group));
        },
      });
    isWhole = await run().then(() => true, (error) => {
      assertEquals(error, stop.signal.reason);
      return false;
    });
    steps.set(group.optimizer.stepCount, (steps.get(group.optimizer.stepCount) ?? 0) + 1);
    assertEquals(await changedSince(last, groupParams(group)), []);
    if (group.optimizer.stepCount === 0) assertEquals(tf.memory().numTensors, numTensors);
    policies.dispose();
    decoder.dispose();
  }
  // Before the first step old, reference log-probabilities and values are computed, too.
  const [before, during, after] = [0, 1, 2].map((step) => steps.get(step)!);
  assert(before! >= 10 && during! >= 4 && before! > during! && after === 1, `${[...steps]}`);
});
