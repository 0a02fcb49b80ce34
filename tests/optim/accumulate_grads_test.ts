import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { makeVariable } from "../../lib/models/mod.ts";
import { accumulateGrads } from "../../lib/optim/mod.ts";
import { abortingAtLook } from "../support/aborts.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const w = makeVariable(Float32Array.of(2, 3), [2]);
const params = new Map([["w", w]]);
/** Σ scale · w²: gradient 2 · scale · w. */
const loss = (scale: number) => () => w.square().sum().mul(scale) as tf.Scalar;

Deno.test("accumulateGrads() gives the gradient of the sum of the losses", async () => {
  const { value, grads } = await accumulateGrads([loss(1), loss(0.5), loss(-2)], params);
  assertAlmostEquals(value, -0.5 * 13, 1e-5); // 4 + 9, times 1 + 0.5 − 2
  assertClose(await grads.get("w")!.data(), [-2, -3]); // 2 · (−0.5) · [2, 3]
  tf.dispose([...grads.values()]);
});

Deno.test("accumulateGrads() of shares of a batch equals the gradient of the whole batch", async () => {
  // Mean over 5 rows of (x · w)², cut into 2 + 3 rows.
  const rows = [[1, 2], [-1, 0.5], [3, -1], [0, 1], [2, 2]];
  const lossOf = (part: number[][]) => () =>
    tf.matMul(tf.tensor2d(part), w.reshape([2, 1])).square().sum().div(5) as tf.Scalar;
  const whole = await accumulateGrads([lossOf(rows)], params);
  const cut = await accumulateGrads([lossOf(rows.slice(0, 2)), lossOf(rows.slice(2))], params);
  // x · w at w = [2, 3]: 8, −0.5, 3, 3, 10; squares sum to 64 + 0.25 + 9 + 9 + 100 = 182.25
  assertAlmostEquals(whole.value, 182.25 / 5, 1e-4);
  assertAlmostEquals(cut.value, whole.value, 1e-4);
  assertClose(await cut.grads.get("w")!.data(), await whole.grads.get("w")!.data(), 1e-4);
  tf.dispose([...whole.grads.values(), ...cut.grads.values()]);
});

Deno.test("accumulateGrads() leaks no tensors, with one loss, several, or one that throws", async () => {
  for (const losses of [[loss(1)], [loss(1), loss(2), loss(3)]]) {
    await assertNoLeak(async () => {
      const { grads } = await accumulateGrads(losses, params);
      tf.dispose([...grads.values()]);
    });
  }
  const before = tf.memory().numTensors;
  const failing = () => {
    throw new RangeError("a loss that fails");
  };
  await assertRejects(() => accumulateGrads([loss(1), failing], params), RangeError, "that fails");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("accumulateGrads() needs a loss", async () => {
  await assertRejects(() => accumulateGrads([], params), RangeError, "there is no loss: got 0");
});

Deno.test("accumulateGrads() lets events through between losses that take long", async () => {
  let isThrough = false;
  setTimeout(() => isThrough = true, 0);
  const seen: boolean[] = [];
  const slow = () => {
    seen.push(isThrough);
    for (const end = performance.now() + 60; performance.now() < end;);
    return loss(1)();
  };
  const { grads } = await accumulateGrads([slow, slow, slow], params);
  tf.dispose([...grads.values()]);
  assertEquals(seen.slice(1), [true, true]);
});

Deno.test("accumulateGrads() stops between two losses, and leaves no tensor", async () => {
  for (const look of [1, 2, 3]) {
    let numLosses = 0;
    const counted = () => {
      numLosses++;
      return loss(1)();
    };
    const { numTensors } = tf.memory();
    await assertRejects(
      () => accumulateGrads([counted, counted, counted], params, abortingAtLook(look)),
      RangeError,
      "stopped at a look",
    );
    assertEquals(numLosses, look - 1);
    assertEquals(tf.memory().numTensors, numTensors);
  }
});
