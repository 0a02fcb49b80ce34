import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { writeCache, writeCacheReference } from "../../lib/ops/mod.ts";
import { onEveryPlace } from "./twins.ts";

/** Row and position of each token. */
const slots = (...pairs: readonly (readonly [number, number])[]): tf.Tensor2D =>
  tf.tensor2d(pairs.flat(), [pairs.length, 2], "int32");

Deno.test("writeCache() writes tokens to their slots, by hand", async () => {
  await onEveryPlace(() => {
    const { numTensors } = tf.memory();
    // B = 2, S = 3, width 1; row 0 gets position 2, row 1 positions 0 and 1.
    const cache = tf.tensor3d([1, 2, 3, 4, 5, 6], [2, 3, 1]);
    const written = tf.tidy(() =>
      writeCache(cache, tf.tensor2d([30, 40, 50], [3, 1]), slots([0, 2], [1, 0], [1, 1]))
    );
    assertStrictEquals(written, cache);
    assertEquals([...written.dataSync()], [1, 2, 30, 40, 50, 6]);
    written.dispose();
    assertEquals(tf.memory().numTensors, numTensors);
  });
});

Deno.test("writeCache() leaves tensors alone that share the cache's memory", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const cache = tf.tensor3d([1, 2], [1, 2, 1]);
      const snapshot = cache.clone();
      const written = writeCache(cache, tf.tensor2d([9], [1, 1]), slots([0, 0]));
      assertEquals([...snapshot.dataSync()], [1, 2]);
      assertEquals([...written.dataSync()], [9, 2]);
      written.dispose();
    });
  });
});

Deno.test("writeCacheReference() replaces the cache and outlives a tidy", async () => {
  await tf.setBackend("cpu");
  for (const [position, expected] of [[0, [9, 2, 3]], [1, [1, 9, 3]], [2, [1, 2, 9]]] as const) {
    const { numTensors } = tf.memory();
    const cache = tf.tensor3d([1, 2, 3], [1, 3, 1]);
    const written = tf.tidy(() =>
      [writeCacheReference(cache, tf.tensor2d([9], [1, 1]), slots([0, position]))].map((x) => x)
    )[0]!;
    assertEquals(cache.isDisposed, true);
    assertEquals([...written.dataSync()], [...expected]);
    written.dispose();
    assertEquals(tf.memory().numTensors, numTensors);
  }
});

Deno.test("writeCache() refuses what does not fit", () => {
  tf.tidy(() => {
    const cache = tf.zeros([2, 3, 4]) as tf.Tensor3D;
    const update = (...shape: [number, number]) => tf.zeros(shape) as tf.Tensor2D;
    assertThrows(
      () => writeCache(cache, update(1, 3), slots([0, 0])),
      RangeError,
      "cache [B, S, W] and update [N, W] must fit",
    );
    assertThrows(
      () => writeCache(cache, update(2, 4), slots([0, 0])),
      RangeError,
      "slots must be [N, 2]",
    );
  });
});
