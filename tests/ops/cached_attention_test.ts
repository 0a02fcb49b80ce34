import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { cachedAttention, cachedAttentionReference, causalAttention } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { integers, normals, onEveryPlace, relativeError } from "./twins.ts";
import { cachedCase, type CachedSizes } from "./cached_case.ts";

Deno.test("cachedAttention() mixes the visible values of each query's row, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // One head of width 1, S = 4. Row 1 has one pad token; its positions 1 and 2 have scores 1·0 and
      // 1·ln 3: weights ¼, ¾. What lies behind a query is not read.
      const k = tf.tensor3d([0, 5, 5, 5, 9, 0, Math.log(3), NaN], [2, 4, 1]);
      const v = tf.tensor3d([7, 5, 5, 5, 10, 20, 40, NaN], [2, 4, 1]);
      const y = cachedAttention(tf.tensor2d([3, 1, 1, 1], [4, 1]), k, v, {
        numHeads: 1,
        numKvHeads: 1,
        starts: integers([0, 1, 1, 1]),
        slots: tf.tensor2d([[0, 0], [1, 0], [1, 1], [1, 2]], [4, 2], "int32"),
      });
      assertEquals(y.shape, [4, 1]);
      assertClose(y.dataSync(), [7, 0, 20, 35], 1e-5);
    });
  });
});

Deno.test("cachedAttention() sees the last positions of a window, and bounds scores, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const k = tf.tensor3d([9, 0, Math.log(3), 0], [1, 4, 1]);
      const v = tf.tensor3d([10, 20, 40, 80], [1, 4, 1]);
      const run = (more: { window?: number; softCap?: number }) =>
        cachedAttention(tf.ones([3, 1]), k, v, {
          ...more,
          numHeads: 1,
          numKvHeads: 1,
          starts: integers([1, 1, 1]),
          slots: tf.tensor2d([[0, 1], [0, 2], [0, 3]], [3, 2], "int32"),
        }).dataSync();
      // Scores 0, ln 3 and 0 of positions 1 to 3, see the test of causalAttention().
      assertClose(run({ window: 2 }), [20, 35, 50], 1e-5);
      assertClose(run({ window: 1 }), [20, 40, 80], 1e-5);
      const weight = 3 ** Math.tanh(1);
      const mixed = (20 + weight * 40) / (1 + weight);
      assertClose(run({ softCap: Math.log(3) }).slice(0, 2), [20, mixed], 1e-5);
    });
  });
});

const PLAIN: readonly CachedSizes[] = [
  { numRows: 1, stored: 1, numHeads: 1, numKvHeads: 1, headDim: 1, runs: [1] },
  { numRows: 3, stored: 9, numHeads: 6, numKvHeads: 3, headDim: 3, runs: [1, 1, 1] },
  { numRows: 4, stored: 40, numHeads: 2, numKvHeads: 2, headDim: 18, runs: [1, 3, 0, 2] },
  { numRows: 3, stored: 70, numHeads: 4, numKvHeads: 2, headDim: 16, runs: [2, 5, 9] },
  // Several blocks of keys, more queries of a row than are worked off together, rows for both threads.
  { numRows: 2, stored: 600, numHeads: 4, numKvHeads: 4, headDim: 32, runs: [19, 8] },
  { numRows: 40, stored: 90, numHeads: 2, numKvHeads: 1, headDim: 48, runs: Array(40).fill(3) },
];

const CASES = [
  ...PLAIN,
  ...PLAIN.map((sizes, i) => ({ ...sizes, window: [1, 2, 7, 3, 170, 40][i]! })),
  ...PLAIN.slice(0, 4).map((sizes, i) => ({ ...sizes, window: [1, 5, 20, 30][i]!, softCap: 0.8 })),
];

for (const sizes of CASES) {
  const name = JSON.stringify({ ...sizes, runs: sizes.runs.slice(0, 4) });
  Deno.test(`cachedAttention() equals its reference: ${name}`, async () => {
    const { run } = cachedCase(sizes, Random.fromSeed(21));
    await tf.setBackend("cpu");
    const expected = run(cachedAttentionReference).dataSync();
    await onEveryPlace((place) => {
      const { numTensors } = tf.memory();
      const y = run(cachedAttention);
      const error = relativeError(y.dataSync(), expected);
      assert(error < 3e-6, `off by ${error} on ${place}`);
      y.dispose();
      assertEquals(tf.memory().numTensors, numTensors, "tensors leaked");
    });
  });
}

Deno.test("cachedAttention() takes queries of a row in any order, with starts of their own", async () => {
  const random = Random.fromSeed(23);
  const inputs = [normals(random, 7, 32), normals(random, 2, 20, 16), normals(random, 2, 20, 16)];
  const slots = [[0, 5], [0, 5], [0, 6], [0, 4], [1, 8], [1, 9], [1, 11]];
  const run = (op: typeof cachedAttention) =>
    tf.tidy(() => {
      const [q, k, v] = inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
      return op(q as tf.Tensor2D, k as tf.Tensor3D, v as tf.Tensor3D, {
        numHeads: 2,
        numKvHeads: 1,
        starts: integers([0, 0, 0, 1, 2, 3, 3]),
        slots: tf.tensor2d(slots, [7, 2], "int32"),
      });
    });
  await tf.setBackend("cpu");
  const expected = run(cachedAttentionReference).dataSync();
  await onEveryPlace(() => {
    const y = run(cachedAttention);
    assert(relativeError(y.dataSync(), expected) < 3e-6);
    y.dispose();
  });
});

Deno.test("cachedAttention() of each row's last position equals causalAttention()", async () => {
  const random = Random.fromSeed(22);
  const inputs = [normals(random, 3, 1, 12), normals(random, 3, 21, 6), normals(random, 3, 21, 6)];
  await onEveryPlace(() => {
    tf.tidy(() => {
      const [q, k, v] = inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
      const heads = { numHeads: 4, numKvHeads: 2, starts: integers([0, 20, 7]) };
      const keys = [k as tf.Tensor3D, v as tf.Tensor3D] as const;
      const slots = tf.tensor2d([[0, 20], [1, 20], [2, 20]], [3, 2], "int32");
      const y = cachedAttention(q!.reshape([3, 12]), ...keys, { ...heads, slots });
      const expected = causalAttention(q as tf.Tensor3D, ...keys, heads);
      assertClose(y.dataSync(), expected.dataSync(), 1e-6);
    });
  });
});

Deno.test("cachedAttention() refuses shapes that do not fit", () => {
  tf.tidy(() => {
    const [q, k] = [tf.ones([2, 8]) as tf.Tensor2D, tf.ones([2, 5, 4]) as tf.Tensor3D];
    const slots = tf.zeros([2, 2], "int32") as tf.Tensor2D;
    const options = { numHeads: 4, numKvHeads: 2, starts: integers([0, 0]), slots };
    const refuse = (message: string, keys: tf.Tensor3D, changes: object = {}) =>
      assertThrows(
        () => cachedAttention(q, keys, keys, { ...options, ...changes }),
        RangeError,
        message,
      );
    refuse("q must be [N, H*C] with H = 3", k, { numHeads: 3 });
    refuse("k and v must be [B, S, K*C]", tf.ones([2, 5, 3]) as tf.Tensor3D);
    refuse("starts must be [N]", k, { starts: integers([0]) });
    refuse("slots [N, 2]", k, { slots: tf.zeros([2, 1], "int32") });
  });
});
