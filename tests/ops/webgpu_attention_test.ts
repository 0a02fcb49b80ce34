import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { cachedCase, type CachedSizes } from "./cached_case.ts";
import { assertGpuTwins, hasWebgpu, onPoisonedGpu, propertyTest, size } from "./gpu_twins.ts";
import { integers, normals, type Op, relativeError, type Values } from "./twins.ts";

/** Attention's shapes: rows, key heads, queries per key head, width of a head, queries, keys, memory. */
const attentionShapes = fc.record({
  b: fc.integer({ min: 1, max: 3 }),
  k: fc.integer({ min: 1, max: 2 }),
  g: fc.integer({ min: 1, max: 3 }),
  c: fc.constantFrom(3, 8, 36, 64),
  t: size(100),
  past: fc.oneof(fc.constant(0), size(70)),
  unused: fc.integer({ min: 0, max: 40 }),
  window: fc.option(size(90), { nil: undefined }),
  isCapped: fc.boolean(),
});

type AttentionShape =
  & Readonly<Record<"b" | "k" | "g" | "c" | "t" | "past" | "unused", number>>
  & { readonly window?: number | undefined; readonly isCapped: boolean };

/** Programs with a cap take seconds to compile, so that one width must do. */
const capOf = ({ c, isCapped }: AttentionShape) => isCapped && c === 8 ? { softCap: 0.8 } : {};

const attentionCheck = async (
  shape: AttentionShape,
  random: Random,
): Promise<void> => {
  const { b, k, g, c, t, past, unused, window } = shape;
  const scores = { ...capOf(shape), window };
  const length = past + t;
  const stored = length + unused;
  // Some rows have no padding, some have much, some are nothing else.
  const starts = Array.from(
    { length: b },
    () => Math.max(0, random.integer(0, 2 * length + 1) - length),
  );
  const run = (f: typeof ops.causalAttention): Op => (q, keys, v) =>
    f(q as tf.Tensor3D, keys as tf.Tensor3D, v as tf.Tensor3D, {
      numHeads: k * g,
      numKvHeads: k,
      starts: integers(starts),
      length,
      ...scores,
    });
  const inputs: Values[] = [
    normals(random, b, t, k * g * c),
    normals(random, b, stored, k * c),
    normals(random, b, stored, k * c),
  ];
  await assertGpuTwins(
    { op: run(ops.causalAttention), reference: run(ops.causalAttentionReference) },
    inputs,
    { name: `attention ${JSON.stringify({ b, k, g, c, t, length, stored, starts, ...scores })}` },
  );
};

propertyTest("causalAttention() on webgpu equals its reference on random shapes", attentionShapes, {
  runs: 20,
  check: attentionCheck,
});

propertyTest(
  "cachedAttention() on webgpu equals its reference on random shapes",
  attentionShapes,
  {
    runs: 12,
    check: (shape, random) => {
      const { b, k, g, c, past, unused, window } = shape;
      return cachedCheck({
        ...{ ...capOf(shape), ...window === undefined ? {} : { window } },
        numRows: b,
        numHeads: k * g,
        numKvHeads: k,
        headDim: c,
        stored: past + unused + 4,
        runs: Array.from({ length: b }, () => random.integer(1, 5)),
      }, random);
    },
  },
);

const cachedCheck = async (sizes: CachedSizes, random: Random): Promise<void> => {
  const { run } = cachedCase(sizes, random);
  await tf.setBackend("cpu");
  const reference = run(ops.cachedAttentionReference);
  const expected = await reference.data();
  reference.dispose();
  await onPoisonedGpu(async () => {
    const { numTensors } = tf.memory();
    const y = run(ops.cachedAttention);
    const error = relativeError(await y.data(), expected);
    assert(error < 5e-6, `off by ${error}: ${JSON.stringify(sizes)}`);
    y.dispose();
    assertEquals(tf.memory().numTensors, numTensors, "tensors leaked");
  });
};

Deno.test({
  name: "attention on webgpu equals its reference over thousands of keys",
  ignore: !hasWebgpu,
  fn: async () => {
    const shape = { b: 1, k: 1, g: 1, c: 3, unused: 1, isCapped: false };
    const heads = { numRows: 1, numHeads: 1, numKvHeads: 1, headDim: 3 };
    await cachedCheck({ ...heads, stored: 2500, runs: [2] }, Random.fromSeed(34));
    await attentionCheck({ ...shape, t: 40, past: 2010 }, Random.fromSeed(35));
    await cachedCheck(
      { ...heads, stored: 2500, runs: [2], window: 1100 },
      Random.fromSeed(34),
    );
    await attentionCheck(
      { ...shape, t: 40, past: 2010, window: 1500 },
      Random.fromSeed(35),
    );
  },
});
