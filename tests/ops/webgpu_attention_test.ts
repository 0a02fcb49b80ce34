import type * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { assertGpuTwins, hasWebgpu, propertyTest, size } from "./gpu_twins.ts";
import { integers, normals, type Op, type Values } from "./twins.ts";

/** Attention's shapes: rows, key heads, queries per key head, width of a head, queries, keys, memory. */
const attentionShapes = fc.record({
  ...{ b: fc.integer({ min: 1, max: 3 }), k: fc.integer({ min: 1, max: 2 }) },
  ...{ g: fc.integer({ min: 1, max: 3 }), c: fc.constantFrom(3, 8, 36, 64) },
  ...{
    t: size(100),
    past: fc.oneof(fc.constant(0), size(70)),
    unused: fc.integer({ min: 0, max: 40 }),
  },
});

type AttentionShape = Readonly<Record<"b" | "k" | "g" | "c" | "t" | "past" | "unused", number>>;

const attentionCheck = async (
  { b, k, g, c, t, past, unused }: AttentionShape,
  random: Random,
): Promise<void> => {
  const length = past + t;
  const stored = length + unused;
  // Some rows have no padding, some have much, some are nothing else.
  const starts = Array.from(
    { length: b },
    () => Math.max(0, random.integer(0, 2 * length + 1) - length),
  );
  const run = (f: typeof ops.causalAttention): Op => (q, keys, v) =>
    f(q as tf.Tensor3D, keys as tf.Tensor3D, v as tf.Tensor3D, {
      ...{ numHeads: k * g, numKvHeads: k, starts: integers(starts), length },
    });
  const inputs: Values[] = [
    normals(random, b, t, k * g * c),
    normals(random, b, stored, k * c),
    normals(random, b, stored, k * c),
  ];
  await assertGpuTwins(
    { op: run(ops.causalAttention), reference: run(ops.causalAttentionReference) },
    inputs,
    { name: `attention ${JSON.stringify({ b, k, g, c, t, length, stored, starts })}` },
  );
};

propertyTest("causalAttention() on webgpu equals its reference on random shapes", attentionShapes, {
  runs: 20,
  check: attentionCheck,
});

propertyTest(
  "causalAttention() of one query on webgpu equals its reference on random shapes",
  attentionShapes,
  { runs: 12, check: (shape, random) => attentionCheck({ ...shape, t: 1 }, random) },
);

Deno.test({
  name: "causalAttention() on webgpu equals its reference over thousands of keys",
  ignore: !hasWebgpu,
  fn: async () => {
    const shape = { b: 1, k: 1, g: 1, c: 3, unused: 1 };
    await attentionCheck({ ...shape, t: 1, past: 2500 }, Random.fromSeed(34));
    await attentionCheck({ ...shape, t: 40, past: 2010 }, Random.fromSeed(35));
  },
});
