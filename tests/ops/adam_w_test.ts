import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { adamW, adamWReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { normals, onEveryPlace, relativeError } from "./twins.ts";

const OPTIONS = { lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, step: 1 };
const weightDecay = 0.5;

/** Parameter and moments after some steps with gradients drawn at random. */
function walk(step: typeof adamW, size: number): Float32Array[] {
  const random = Random.fromSeed(size);
  const zeros = () => tf.variable(tf.zeros([size]));
  const param = tf.variable(tf.tensor1d(normals(random, size).values));
  const moments = { m: zeros(), v: zeros() };
  for (let i = 1; i <= 4; i++) {
    const grad = tf.tensor1d(normals(random, size).values);
    step([{ param, grad, ...moments, weightDecay }], { ...OPTIONS, step: i });
  }
  const results = [param, moments.m, moments.v].map((x) => x.dataSync() as Float32Array);
  tf.dispose([param, moments.m, moments.v]);
  return results;
}

Deno.test("adamW() takes the first step by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // m = 0.1·g and v = 0.01·g² are corrected to g and g²: the step is lr · sign(g), after the decay
      // by 1 − 0.1·0.5 = 0.95: 2·0.95 − 0.1 = 1.8 and −4·0.95 + 0.1 = −3.7.
      const param = tf.variable(tf.tensor1d([2, -4]));
      const moments = { m: tf.variable(tf.zeros([2])), v: tf.variable(tf.zeros([2])) };
      const grad = tf.tensor1d([3, -0.5]);
      adamW([{ param, grad, ...moments, weightDecay }], OPTIONS);
      assertClose(param.dataSync(), [1.8, -3.7], 1e-6);
      assertClose(moments.m.dataSync(), [0.3, -0.05], 1e-6);
      assertClose(moments.v.dataSync(), [0.09, 0.0025], 1e-6);
      tf.dispose([param, moments.m, moments.v]);
    });
  });
});

Deno.test("adamW() equals its reference over several steps", async () => {
  for (const size of [1, 3, 4, 1027]) {
    await tf.setBackend("cpu");
    const expected = tf.tidy(() => walk(adamWReference, size));
    await onEveryPlace(() => {
      const { numTensors } = tf.memory();
      const actual = tf.tidy(() => walk(adamW, size));
      assertEquals(tf.memory().numTensors, numTensors);
      actual.forEach((values, i) => assert(relativeError(values, expected[i]!) < 1e-6));
    });
  }
});

Deno.test("adamW() leaves tensors alone that share the parameter's memory", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const initial = tf.tensor1d([2, -4]);
      const param = tf.variable(initial);
      const moments = { m: tf.variable(tf.zeros([2])), v: tf.variable(tf.zeros([2])) };
      const snapshot = param.clone();
      const grad = tf.tensor1d([3, -0.5]);
      adamW([{ param, grad, ...moments, weightDecay }], OPTIONS);
      assertClose(param.dataSync(), [1.8, -3.7], 1e-6);
      assertEquals([...initial.dataSync()], [2, -4]);
      assertEquals([...snapshot.dataSync()], [2, -4]);
      tf.dispose([param, moments.m, moments.v]);
    });
  });
});

Deno.test("adamW() refuses other shapes and a step of 0", () => {
  tf.tidy(() => {
    const [param, m, v] = [2, 2, 3].map((size) => tf.variable(tf.zeros([size])));
    const grad = tf.zeros([2]);
    const step = (moments: { m: tf.Variable; v: tf.Variable }, number: number) =>
      adamW([{ param: param!, grad, ...moments, weightDecay }], { ...OPTIONS, step: number });
    assertThrows(() => step({ m: m!, v: v! }, 1), RangeError, "all of a part must have one shape");
    assertThrows(() => step({ m: m!, v: m! }, 0), RangeError, "step must count from 1: got 0");
    tf.dispose([param!, m!, v!]);
  });
});

Deno.test("adamW() updates every part with its own decay, whatever its size, and no part is no work", async () => {
  const sizes = [3, 70_001, 16]; // the middle one is cut over the threads
  const run = (step: typeof adamW): Float32Array[] => {
    const parts = sizes.map((size, i) => {
      const random = Random.fromSeed(i);
      const zeros = () => tf.variable(tf.zeros([size]));
      const param = tf.variable(tf.tensor1d(normals(random, size).values));
      const grad = tf.tensor1d(normals(random, size).values);
      return { param, grad, m: zeros(), v: zeros(), weightDecay: i / 4 };
    });
    step(parts, { ...OPTIONS, step: 1 });
    const values = parts.flatMap(({ param, m, v }) =>
      [param, m, v].map((x) => x.dataSync() as Float32Array)
    );
    for (const { param, m, v } of parts) tf.dispose([param, m, v]);
    return values;
  };
  await tf.setBackend("cpu");
  const expected = tf.tidy(() => run(adamWReference));
  await onEveryPlace(() => {
    const actual = tf.tidy(() => run(adamW));
    actual.forEach((values, i) => assert(relativeError(values, expected[i]!) < 1e-6, `${i}`));
    adamW([], OPTIONS);
  });
});
