import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { empty, writeCache } from "../../lib/ops/mod.ts";
import { onEveryPlace } from "./twins.ts";

Deno.test("empty() has the shape asked for and takes what is written", async () => {
  await onEveryPlace(() => {
    const { numTensors } = tf.memory();
    let cache = empty([2, 3, 2]) as tf.Tensor3D;
    assertEquals([cache.shape, cache.dtype], [[2, 3, 2], "float32"]);
    const update = tf.ones([6, 2]) as tf.Tensor2D;
    const slots = tf.tensor2d([0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2], [6, 2], "int32");
    cache = writeCache(cache, update, slots);
    assertEquals([...cache.dataSync()], new Array(12).fill(1));
    tf.dispose([cache, update, slots]);
    assertEquals(tf.memory().numTensors, numTensors);
  });
});
