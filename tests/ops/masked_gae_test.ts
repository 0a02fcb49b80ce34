import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { CPU_BACKEND } from "../../lib/device/mod.ts";
import * as ops from "../../lib/ops/mod.ts";
import { gae } from "../../lib/rl/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { hasWebgpu, onPoisonedGpu } from "./gpu_twins.ts";
import { normals, onEveryPlace } from "./twins.ts";

type Gae = typeof ops.maskedGae;

/** Rows of random lengths from 0 to T; what lies behind their ends is NaN. */
function paddedRows(random: Random, numRows: number, numTokens: number) {
  const lengths = Array.from({ length: numRows }, () => random.integer(0, numTokens + 1));
  const shape: [number, number] = [numRows, numTokens];
  const inside = (_: number, i: number) => i % numTokens < lengths[Math.floor(i / numTokens)]!;
  const padded = () => {
    const { values } = normals(random, ...shape);
    return values.map((value, i) => inside(value, i) ? value : NaN);
  };
  const [rewards, values] = [padded(), padded()];
  const mask = rewards.map((value, i) => inside(value, i) ? 1 : 0);
  return { lengths, shape, rewards, values, mask };
}

/** Fails unless the op equals the float64 twin on the host row by row, with zeros behind their ends. */
async function assertTwin(op: Gae, random: Random, [numRows, numTokens]: [number, number]) {
  const { lengths, shape, rewards, values, mask } = paddedRows(random, numRows, numTokens);
  const discounts = { gamma: random.uniform(), gaeLambda: random.uniform() };
  const { numTensors } = tf.memory();
  const results = tf.tidy(() => {
    const { advantages, returns } = op(
      tf.tensor2d(rewards, shape),
      tf.tensor2d(values, shape),
      { ...discounts, mask: tf.tensor2d(mask, shape) },
    );
    return [advantages, returns];
  });
  assertEquals(results.map((result) => result.shape), [shape, shape]);
  const actual = await Promise.all(
    results.map(async (result) => await result.data() as Float32Array),
  );
  tf.dispose(results);
  assertEquals(tf.memory().numTensors, numTensors, "tensors leaked");
  for (const [row, length] of lengths.entries()) {
    const at = row * numTokens;
    const twin = gae(
      rewards.subarray(at, at + length),
      values.subarray(at, at + length),
      discounts,
    );
    for (const [i, expected] of [twin.advantages, twin.returns].entries()) {
      assertClose(actual[i]!.subarray(at, at + length), expected, 2e-5);
      assert(actual[i]!.subarray(at + length, at + numTokens).every((value) => value === 0));
    }
  }
}

const SIZES: [number, number][] = [[1, 1], [3, 1], [1, 7], [5, 13], [17, 40], [300, 3], [2, 257]];

Deno.test("maskedGae() equals gae() on rows of random lengths", async () => {
  await onEveryPlace(async () => {
    assertEquals(tf.getBackend(), CPU_BACKEND);
    for (const size of SIZES) await assertTwin(ops.maskedGae, Random.fromSeed(81), size);
  });
});

Deno.test("maskedGaeReference() equals gae() on rows of random lengths", async () => {
  await tf.setBackend("cpu");
  for (const size of SIZES) await assertTwin(ops.maskedGaeReference, Random.fromSeed(82), size);
});

Deno.test({
  name: "maskedGae() on webgpu equals gae() on rows of random lengths",
  ignore: !hasWebgpu,
  fn: () =>
    onPoisonedGpu(async () => {
      for (const size of SIZES) await assertTwin(ops.maskedGae, Random.fromSeed(83), size);
    }),
});

Deno.test("maskedGae() by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // γ = 0.5, λ = 0.5, the second row ends after one token.
      // Row 0: δ₁ = 4 − 2 = 2; δ₀ = 1 + 0.5·2 − 3 = −1, Â₀ = −1 + 0.25·2 = −0.5. Row 1: Â₀ = 5 − 1.
      const mask = tf.tensor2d([[1, 1], [1, 0]]);
      const { advantages, returns } = ops.maskedGae(
        tf.tensor2d([[1, 4], [5, 100]]),
        tf.tensor2d([[3, 2], [1, 100]]),
        { mask, gamma: 0.5, gaeLambda: 0.5 },
      );
      assertEquals([...advantages.dataSync()], [-0.5, 2, 4, 0]);
      assertEquals([...returns.dataSync()], [2.5, 4, 5, 0]);
    });
  });
});

Deno.test("maskedGae() refuses what does not fit together", () => {
  tf.tidy(() => {
    const [x, y] = [tf.zeros([2, 3]), tf.zeros([3, 2])] as [tf.Tensor2D, tf.Tensor2D];
    const options = { mask: x, gamma: 1, gaeLambda: 1 };
    assertThrows(() => ops.maskedGae(x, y, options), RangeError, "one shape");
    assertThrows(() => ops.maskedGae(x, x, { ...options, mask: y }), RangeError, "one shape");
    for (const bad of [-0.1, 1.1, NaN]) {
      assertThrows(() => ops.maskedGae(x, x, { ...options, gamma: bad }), RangeError, "gamma");
      assertThrows(() => ops.maskedGae(x, x, { ...options, gaeLambda: bad }), RangeError);
    }
  });
});
