import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { assertGpuTwins, hasWebgpu } from "./gpu_twins.ts";
import { integers, normals, type Op, type Values } from "./twins.ts";

/** Sizes: mostly small and odd ones, at times whole tiles, at times more than one. */
const size = (max: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(16, 32, 64),
    fc.integer({ min: 1, max }),
  );

/** Runs a property over shapes drawn at random, always the same ones. */
function propertyTest<T>(
  name: string,
  shapes: fc.Arbitrary<T>,
  options: { readonly runs: number; readonly check: (shape: T, random: Random) => Promise<void> },
): void {
  Deno.test({
    name,
    ignore: !hasWebgpu,
    fn: async () => {
      let draw = 0;
      await fc.assert(
        fc.asyncProperty(shapes, (shape) => options.check(shape, Random.fromSeed(100 + draw++))),
        { seed: 7, numRuns: options.runs, endOnFailure: true },
      );
    },
  });
}

const linear: { op: Op; reference: Op } = {
  op: (x, w) => ops.linear(x as tf.Tensor2D, w as tf.Tensor2D),
  reference: (x, w) => ops.linearReference(x as tf.Tensor2D, w as tf.Tensor2D),
};

propertyTest(
  "linear() on webgpu equals its reference on random shapes",
  fc.tuple(size(140), size(140), size(140)),
  {
    runs: 16,
    check: async ([m, k, n], random) => {
      const inputs = [normals(random, m, k), normals(random, n, k)];
      await assertGpuTwins(linear, inputs, { name: `linear ${m}×${k}×${n}` });
    },
  },
);

Deno.test({
  name: "linear() on webgpu equals its reference at thousands in each dimension",
  ignore: !hasWebgpu,
  fn: async () => {
    const random = Random.fromSeed(31);
    const shapes = [[5, 5003, 3], [4099, 3, 5], [3, 6, 4100], [33, 4096, 36], [1, 3001, 2050]];
    for (const [m, k, n] of shapes as [number, number, number][]) {
      const inputs = [normals(random, m, k), normals(random, n, k)];
      await assertGpuTwins(linear, inputs, { name: `linear ${m}×${k}×${n}` });
    }
  },
});

Deno.test({
  name: "linear() on webgpu equals its reference where the largest tiles are taken",
  ignore: !hasWebgpu,
  fn: async () => {
    const random = Random.fromSeed(32);
    for (const [m, k, n] of [[1411, 18, 1413], [1412, 20, 1416]] as [number, number, number][]) {
      const inputs = [normals(random, m, k), normals(random, n, k)];
      await assertGpuTwins(linear, inputs, { name: `linear ${m}×${k}×${n}` });
    }
  },
});

propertyTest(
  "loraLinear() on webgpu equals its reference on random shapes",
  fc.tuple(size(90), size(90), size(90), size(16)),
  {
    runs: 10,
    check: async ([m, k, n, r], random) => {
      const run = (f: typeof ops.loraLinear): Op => (x, w, a, b) =>
        f(x as tf.Tensor2D, w as tf.Tensor2D, {
          ...{ a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 0.7 },
        });
      await assertGpuTwins(
        { op: run(ops.loraLinear), reference: run(ops.loraLinearReference) },
        [
          normals(random, m, k),
          normals(random, n, k),
          normals(random, r, k),
          normals(random, n, r),
        ],
        { name: `loraLinear ${m}×${k}×${n}, rank ${r}` },
      );
    },
  },
);

propertyTest(
  "rmsNorm() on webgpu equals its reference on random shapes",
  fc.oneof(fc.tuple(size(200), size(300)), fc.constantFrom([3, 4099], [4099, 3])),
  {
    runs: 14,
    check: async ([n, d], random) => {
      const run = (f: typeof ops.rmsNorm): Op => (x, w) =>
        f(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5);
      await assertGpuTwins(
        { op: run(ops.rmsNorm), reference: run(ops.rmsNormReference) },
        [normals(random, n!, d!), normals(random, d!)],
        { name: `rmsNorm ${n}×${d}` },
      );
    },
  },
);

propertyTest(
  "swiGlu() on webgpu equals its reference on random shapes, saturated gates included",
  fc.oneof(fc.tuple(size(200), size(300)), fc.constantFrom([3, 4099], [4099, 3])),
  {
    runs: 10,
    check: async ([n, f], random) => {
      const gate = normals(random, n!, f!);
      gate.values.set([200, -200].slice(0, gate.values.length));
      await assertGpuTwins(
        { op: ops.swiGlu as Op, reference: ops.swiGluReference as Op },
        [gate, normals(random, n!, f!)],
        { name: `swiGlu ${n}×${f}` },
      );
    },
  },
);

propertyTest(
  "rotaryEmbedding() on webgpu equals its reference, far positions included",
  fc.tuple(size(80), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 33 })),
  {
    runs: 14,
    check: async ([n, heads, half], random) => {
      // Up to 2^15: there an angle that is rounded otherwise than by float32 is off by 1e-3.
      const positions = Array.from(
        { length: n },
        () => random.integer(0, 2 ** random.integer(0, 16)),
      );
      const run = (f: typeof ops.rotaryEmbedding): Op => (x) =>
        f(x as tf.Tensor2D, integers(positions), { headDim: 2 * half, theta: 10000 });
      await assertGpuTwins(
        { op: run(ops.rotaryEmbedding), reference: run(ops.rotaryEmbeddingReference) },
        [normals(random, n, heads * 2 * half)],
        { name: `rotary ${n}×${heads}×${2 * half}` },
      );
    },
  },
);

propertyTest(
  "embedding() on webgpu equals its reference on random shapes, repeated ids included",
  fc.oneof(
    fc.tuple(size(150), size(90), size(150)),
    fc.constantFrom([5003, 3, 70], [7, 9, 4099], [2, 2050, 3]),
  ),
  {
    runs: 12,
    check: async ([v, d, n], random) => {
      const ids = Array.from({ length: n! }, () => random.integer(0, v!));
      const run = (f: typeof ops.embedding): Op => (table) =>
        f(table as tf.Tensor2D, integers(ids));
      await assertGpuTwins(
        { op: run(ops.embedding), reference: run(ops.embeddingReference) },
        [normals(random, v!, d!)],
        { name: `embedding ${v}×${d}, ${n} rows` },
      );
    },
  },
);

propertyTest(
  "tokenLogProbs() on webgpu equals its reference on random shapes",
  fc.oneof(
    fc.tuple(size(80), size(70), size(150)),
    fc.constantFrom([1030, 4, 7], [3, 4, 9001], [1, 5, 5003]),
  ),
  {
    runs: 12,
    check: async ([n, d, v], random) => {
      const ids = Array.from({ length: n! }, () => random.integer(0, v!));
      const run = (f: typeof ops.tokenLogProbs): Op => (hidden, head) => {
        const { logProbs, entropy } = f(
          hidden as tf.Tensor2D,
          head as tf.Tensor2D,
          integers(ids),
          0.8,
        );
        return tf.concat([logProbs, entropy]);
      };
      await assertGpuTwins(
        { op: run(ops.tokenLogProbs), reference: run(ops.tokenLogProbsReference) },
        [normals(random, n!, d!), normals(random, v!, d!)],
        { name: `tokenLogProbs ${n}×${d}×${v}` },
      );
    },
  },
);

Deno.test({
  name: "tokenLogProbs() on webgpu is right over several blocks of the rows and of the vocabulary",
  ignore: !hasWebgpu,
  fn: async () => {
    const random = Random.fromSeed(33);
    const [n, d, v] = [1027, 3, 4103]; // blocks of 1024 rows and of 4096 entries
    const ids = Array.from({ length: n }, (_, i) => i < 4 ? v - 1 - i : random.integer(0, v));
    const run = (f: typeof ops.tokenLogProbs): Op => (hidden, head) => {
      const { logProbs, entropy } = f(
        hidden as tf.Tensor2D,
        head as tf.Tensor2D,
        integers(ids),
        0.5,
      );
      return tf.concat([logProbs, entropy]);
    };
    const head = normals(random, v, d);
    head.values.set([30, 30, 30], (v - 2) * d); // the highest logit comes in the last block
    await assertGpuTwins(
      { op: run(ops.tokenLogProbs), reference: run(ops.tokenLogProbsReference) },
      [normals(random, n, d), head],
      { name: `tokenLogProbs ${n}×${d}×${v}`, tolerance: 2e-5 },
    );
  },
});

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

propertyTest(
  "writeCache() and adamWStep() on webgpu equal their references on random shapes",
  fc.tuple(size(5), size(30), size(70), size(20)),
  {
    runs: 10,
    check: async ([b, t, w, rest], random) => {
      const [cache, update] = [normals(random, b, t + rest, w), normals(random, b, t, w)];
      const [grad, m] = [normals(random, b, t, w), normals(random, b, t, w)];
      const position = random.integer(0, rest + 1);
      const tensor = ({ shape, values }: Values) => tf.tensor(values, [...shape]);
      const settings = { lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.5, step: 3 };
      const run = async (
        write: typeof ops.writeCache,
        adam: typeof ops.adamWStep,
      ): Promise<number[]> => {
        const { numTensors } = tf.memory();
        const written = write(
          tensor(cache) as tf.Tensor3D,
          tensor(update) as tf.Tensor3D,
          position,
        );
        const param = tf.variable(tensor(update));
        const moments = { m: tf.variable(tensor(m)), v: tf.variable(tensor(m).square()) };
        adam(param, tensor(grad), moments, settings);
        // Read once before the next step, so that a stale copy of the values would show.
        await Promise.all([param.data(), moments.m.data(), moments.v.data()]);
        adam(param, tensor(grad), moments, settings);
        const tensors = [written, param, moments.m, moments.v];
        const values = await Promise.all(tensors.map((x) => x.data()));
        assert(tf.memory().numTensors > numTensors);
        tf.disposeVariables();
        return values.flatMap((x) => [...x]);
      };
      tf.engine().startScope();
      try {
        await tf.setBackend("cpu");
        const expected = await run(ops.writeCacheReference, ops.adamWStepReference);
        await tf.setBackend("webgpu");
        const actual = await run(ops.writeCache, ops.adamWStep);
        actual.forEach((x, i) => assert(Math.abs(x - expected[i]!) < 1e-5, `${i}: ${x}`));
      } finally {
        tf.engine().endScope();
      }
      assertEquals(tf.getBackend(), "webgpu");
    },
  },
);
