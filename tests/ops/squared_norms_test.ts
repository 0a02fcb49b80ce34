import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { scaled, scaledReference, squaredNorms, squaredNormsReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { normals, onEveryPlace, relativeError } from "./twins.ts";

Deno.test("squaredNorms() adds up squares by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const norms = squaredNorms([tf.tensor1d([3, -4]), tf.tensor2d([[12]]), tf.zeros([0])]);
      assertClose(norms.dataSync(), [25, 144, 0], 1e-6);
    });
  });
});

Deno.test("squaredNorms() equals its reference on tensors that several threads share", async () => {
  const random = Random.fromSeed(3);
  const values = [5, 300_003, 131_072].map((size) => normals(random, size));
  const tensors = () => values.map((x) => tf.tensor1d(x.values));
  await tf.setBackend("cpu");
  const expected = tf.tidy(() => squaredNormsReference(tensors()).dataSync());
  await onEveryPlace(() => {
    const { numTensors } = tf.memory();
    const actual = tf.tidy(() => squaredNorms(tensors()).dataSync());
    assert(relativeError(actual, expected) < 1e-5);
    assertEquals(tf.memory().numTensors, numTensors);
  });
});

Deno.test("scaled() equals its reference, and leaves alone what shares a tensor's memory", async () => {
  for (const scale of [scaled, scaledReference]) {
    await onEveryPlace(() => {
      const { numTensors } = tf.memory();
      const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3])];
      const other = a.clone();
      const products = scale([a, b], 0.5);
      assertClose(products[0]!.dataSync(), [0.5, 1], 1e-7);
      assertClose(products[1]!.dataSync(), [1.5], 1e-7);
      assertClose(other.dataSync(), [1, 2], 0);
      tf.dispose([...products, other]);
      assertEquals(tf.memory().numTensors, numTensors);
    });
  }
});
