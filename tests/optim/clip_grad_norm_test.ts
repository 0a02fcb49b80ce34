import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { NumericError } from "../../lib/core/errors.ts";
import { clipGradNorm } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";

await startTestDevice();

/** Norm √(3² + 4² + 12²) = 13. */
function gradients(): Map<string, tf.Tensor> {
  return new Map<string, tf.Tensor>([["a", tf.tensor1d([3, -4])], ["b", tf.tensor2d([[12]])]]);
}

Deno.test("clipGradNorm() scales all gradients by one factor and returns the norm before", async () => {
  const grads = gradients();
  assertAlmostEquals(await clipGradNorm(grads, 1.3), 13, 1e-5);
  assertClose(await grads.get("a")!.data(), [0.3, -0.4], 1e-6); // a tenth
  assertClose(await grads.get("b")!.data(), [1.2], 1e-6);
  tf.dispose([...grads.values()]);
});

Deno.test("clipGradNorm() leaves small gradients alone", async () => {
  const grads = gradients();
  const tensors = [...grads.values()];
  assertAlmostEquals(await clipGradNorm(grads, 13.1), 13, 1e-5);
  assertAlmostEquals(await clipGradNorm(grads, Infinity), 13, 1e-5);
  assertEquals([...grads.values()], tensors);
  assertClose(await grads.get("a")!.data(), [3, -4], 0);
  assertEquals(await clipGradNorm(new Map(), 1), 0);
  tf.dispose(tensors);
});

Deno.test("clipGradNorm() leaks no tensors, clipping or not", async () => {
  const before = tf.memory().numTensors;
  for (const maxNorm of [1, 100]) {
    const grads = gradients();
    await clipGradNorm(grads, maxNorm);
    assertEquals(tf.memory().numTensors, before + 2);
    tf.dispose([...grads.values()]);
  }
});

Deno.test("clipGradNorm() names the first gradient that is not finite", async () => {
  for (const bad of [NaN, Infinity]) {
    const grads = gradients();
    grads.set("c", tf.tensor1d([0, bad]));
    grads.set("d", tf.tensor1d([bad]));
    const before = tf.memory().numTensors;
    await assertRejects(
      () => clipGradNorm(grads, 1),
      NumericError,
      `the squared norm of c is ${bad}`,
    );
    assertEquals(tf.memory().numTensors, before);
    tf.dispose([...grads.values()]);
  }
});

Deno.test("clipGradNorm() refuses a bound that is not above 0", async () => {
  await assertRejects(
    () => clipGradNorm(new Map(), 0),
    RangeError,
    "maxNorm must be above 0: got 0",
  );
  await assertRejects(() => clipGradNorm(new Map(), NaN), RangeError, "got NaN");
});
