import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { CPU_BACKEND } from "../../lib/device/mod.ts";
import * as ops from "../../lib/ops/mod.ts";
import { whiten } from "../../lib/rl/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { hasWebgpu, onPoisonedGpu } from "./gpu_twins.ts";
import { normals, onEveryPlace } from "./twins.ts";

type Whiten = typeof ops.maskedWhiten;

/** Fails unless the op equals the float64 twin on the host; what does not count is NaN. */
async function assertTwin(op: Whiten, random: Random, shape: readonly number[]): Promise<void> {
  const scale = 0.1 + 3 * random.uniform();
  const shift = 2 * random.normal();
  const share = random.uniform();
  const plain = normals(random, ...shape).values.map((value) => value * scale + shift);
  const mask = plain.map(() => random.uniform() < share ? 1 : 0);
  const x = plain.map((value, i) => mask[i] === 1 ? value : NaN);
  for (const keepMean of [false, true]) {
    const { numTensors } = tf.memory();
    const y = tf.tidy(() =>
      op(tf.tensor(x, [...shape]), tf.tensor(mask, [...shape]), { keepMean })
    );
    assertEquals(y.shape, [...shape]);
    const actual = await y.data();
    y.dispose();
    assertEquals(tf.memory().numTensors, numTensors, "tensors leaked");
    assertClose(actual, whiten(plain, { mask, keepMean }), 2e-5);
  }
}

const SHAPES = [[1], [2], [7, 3], [64, 40], [3, 5, 7], [2049], [31, 333]];

Deno.test("maskedWhiten() equals whiten() on random shapes and masks", async () => {
  await onEveryPlace(async () => {
    assertEquals(tf.getBackend(), CPU_BACKEND);
    for (const shape of SHAPES) await assertTwin(ops.maskedWhiten, Random.fromSeed(91), shape);
  });
});

Deno.test("maskedWhitenReference() equals whiten() on random shapes and masks", async () => {
  await tf.setBackend("cpu");
  for (const shape of SHAPES) {
    await assertTwin(ops.maskedWhitenReference, Random.fromSeed(92), shape);
  }
});

Deno.test({
  name: "maskedWhiten() on webgpu equals whiten() on random shapes and masks",
  ignore: !hasWebgpu,
  fn: () =>
    onPoisonedGpu(async () => {
      for (const shape of SHAPES) await assertTwin(ops.maskedWhiten, Random.fromSeed(93), shape);
    }),
});

Deno.test("maskedWhiten() by hand, and of one value, of equal ones and of none", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const run = (
        x: number[],
        mask: number[],
        keepMean = false,
      ) => [...ops.maskedWhiten(tf.tensor1d(x), tf.tensor1d(mask), { keepMean }).dataSync()];
      // 1 and 3 count: mean 2, variance 2 (divided by 2 − 1), so ∓1 / √2.
      const half = Math.SQRT1_2;
      assertClose(run([1, 9, 3], [1, 0, 1]), [-half, 0, half], 1e-6);
      assertClose(run([1, 9, 3], [1, 0, 1], true), [2 - half, 0, 2 + half], 1e-6);
      assertEquals(run([5, 9], [1, 0]), [0, 0]);
      assertEquals(run([5, 9], [1, 0], true), [5, 0]);
      assertEquals(run([4, 4, 4], [1, 1, 1]), [0, 0, 0]);
      assertEquals(run([4, 9], [0, 0]), [0, 0]);
    });
  });
});

Deno.test("maskedWhiten() refuses a mask of another shape", () => {
  const [x, mask] = [tf.zeros([2, 3]), tf.zeros([6])];
  assertThrows(() => ops.maskedWhiten(x, mask), RangeError, "one shape");
  tf.dispose([x, mask]);
});
