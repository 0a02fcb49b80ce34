import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { assignVariables, ScalarHead } from "../../lib/models/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

Deno.test("ScalarHead starts at zero and computes w · h + b", async () => {
  const hidden = tf.tensor2d([[1, 2, 3], [-1, 0, 0.5]]);
  const head = ScalarHead.initialize(3, { name: "value_head", bias: true });
  assertEquals([...head.weights.keys()], ["value_head.weight", "value_head.bias"]);
  assertClose(await take(head.forward(hidden)), [0, 0], 0);
  assignVariables(
    head.weights,
    new Map([
      ["value_head.weight", { shape: [1, 3], values: Float32Array.of(2, 0.5, -1) }],
      ["value_head.bias", { shape: [1], values: Float32Array.of(10) }],
    ]),
  );
  // 2·1 + .5·2 − 1·3 + 10 = 10 and 2·(−1) − .5 + 10 = 7.5
  const values = head.forward(hidden);
  assertEquals(values.shape, [2]);
  assertClose(await take(values), [10, 7.5]);
  head.dispose();
  hidden.dispose();
});

Deno.test("ScalarHead without a bias has one weight and leaks no tensors", async () => {
  const hidden = tf.ones([2, 3]) as tf.Tensor2D;
  await assertNoLeak(() => {
    const head = ScalarHead.initialize(3, { name: "score", bias: false });
    assertEquals([...head.weights.keys()], ["score.weight"]);
    head.forward(hidden).dispose();
    head.dispose();
  });
  hidden.dispose();
});
