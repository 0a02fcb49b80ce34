import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { embedding, embeddingReference } from "../../lib/ops/mod.ts";
import { assertGradient, assertTwins, integers, normals, onEveryPlace, type Op } from "./twins.ts";

Deno.test("embedding() takes rows, and its gradient adds them back, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
      const y = embedding(table, integers([2, 0, 2]));
      assertEquals([...y.dataSync()], [5, 6, 1, 2, 5, 6]);
      // Row 2 is taken with weights 1 and 100, row 0 with 10, row 1 never.
      const weights = tf.tensor2d([[1, 1], [10, 10], [100, 100]]);
      const loss = (t: tf.Tensor) =>
        embedding(t as tf.Tensor2D, integers([2, 0, 2])).mul(weights).sum();
      assertEquals([...tf.grad(loss)(table).dataSync()], [10, 10, 0, 0, 101, 101]);
    });
  });
});

Deno.test("embedding() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(8);
  for (
    const [entries, width, count] of [[1, 1, 3], [7, 5, 40], [50, 16, 20], [3, 33, 1]] as const
  ) {
    const ids = Array.from({ length: count }, () => random.integer(0, entries));
    const inputs = [normals(random, entries, width)];
    const look = (op: typeof embedding): Op => (t) => op(t as tf.Tensor2D, integers(ids));
    const name = `embedding ${entries} ${width} ${count}`;
    const twins = { op: look(embedding), reference: look(embeddingReference) };
    await assertTwins(twins, inputs, { name });
    if (entries === 7) await assertGradient(twins.op, inputs, { random, name });
  }
});

Deno.test("embedding() reads no memory outside of the table", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const y = embedding(tf.tensor2d([[1, 2]]), integers([-1, 0, 1, 2 ** 31 - 1]));
      assertEquals([...y.dataSync()], [0, 0, 1, 2, 0, 0, 0, 0]);
    });
  });
});

Deno.test("embedding() refuses ids of another rank", () => {
  tf.tidy(() => {
    const ids = tf.zeros([2, 2], "int32") as unknown as tf.Tensor1D;
    assertThrows(() => embedding(tf.ones([3, 2]), ids), RangeError, "ids [N]");
  });
});
