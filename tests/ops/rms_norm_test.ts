import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { rmsNorm, rmsNormReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { assertGradient, assertTwins, normals, onEveryPlace, type Op } from "./twins.ts";

const withEps = (op: typeof rmsNorm): Op => (x, weight) =>
  op(x as tf.Tensor2D, weight as tf.Tensor1D, 1e-5);

Deno.test("rmsNorm() divides by the root of the mean square, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // mean(3², 4²) = 12.5, plus eps 3.5 = 16, root 4: (3/4, 4/4) times weights (2, −1).
      const y = rmsNorm(tf.tensor2d([[3, 4]]), tf.tensor1d([2, -1]), 3.5);
      assertClose(y.dataSync(), [1.5, -1], 1e-6);
    });
  });
});

Deno.test("rmsNorm() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(3);
  // 300 rows are more than one block of the weight's gradient.
  for (const [rows, width] of [[1, 1], [2, 3], [300, 5], [17, 64], [129, 33], [4, 1027]] as const) {
    const inputs = [normals(random, rows, width), normals(random, width)];
    const name = `rmsNorm ${rows} ${width}`;
    const twins = { op: withEps(rmsNorm), reference: withEps(rmsNormReference) };
    await assertTwins(twins, inputs, { name });
    if (width === 33) await assertGradient(twins.op, inputs, { random, name });
  }
});

Deno.test("rmsNorm() works off rows wider than its scratch", async () => {
  const random = Random.fromSeed(4);
  const inputs = [normals(random, 2, 32768 + 7), normals(random, 32768 + 7)];
  const twins = { op: withEps(rmsNorm), reference: withEps(rmsNormReference) };
  await assertTwins(twins, inputs, { name: "rmsNorm wide", tolerance: 1e-5 });
});

Deno.test("rmsNorm() refuses a weight of another width", () => {
  tf.tidy(() => {
    const x = tf.ones([3, 2]) as tf.Tensor2D;
    assertThrows(() => rmsNorm(x, tf.ones([3]), 1e-5), RangeError, "must agree in D");
  });
});
