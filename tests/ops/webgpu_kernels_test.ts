import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { assertGpuTwins, hasWebgpu, propertyTest, size } from "./gpu_twins.ts";
import { longRope } from "./long_rope.ts";
import { integers, normals, type Op, type Values } from "./twins.ts";

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
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          scale: 0.7,
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
  "addBias() on webgpu equals its reference on random shapes",
  fc.oneof(fc.tuple(size(200), size(300)), fc.constantFrom([1, 4099], [4099, 1])),
  {
    runs: 10,
    check: async ([n, o], random) => {
      const bias = normals(random, o!);
      await assertGpuTwins(
        { op: ops.addBias as Op, reference: ops.addBiasReference as Op },
        [normals(random, n!, o!), bias],
        { name: `addBias ${n}×${o}` },
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
      const factors = Array.from({ length: half }, (_, i) => 1 + i / 3);
      const scaling = random.integer(0, 2) === 0 ? undefined : longRope(factors, 1.25);
      const run = (f: typeof ops.rotaryEmbedding): Op => (x) =>
        f(x as tf.Tensor2D, integers(positions), { headDim: 2 * half, theta: 10000, scaling });
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
    // More entries than workgroups fit into one dimension of a dispatch.
    fc.constantFrom([5003, 3, 70], [7, 9, 4099], [2, 2050, 3], [70001, 1, 3]),
  ),
  {
    runs: 16,
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
      const options = random.integer(0, 2) === 0 ? {} : { softCap: 1.5 };
      const run = (f: typeof ops.tokenLogProbs): Op => (hidden, head) => {
        const { logProbs, entropy } = f(
          hidden as tf.Tensor2D,
          head as tf.Tensor2D,
          integers(ids),
          { temperature: 0.8, ...options },
        );
        return tf.concat([logProbs, entropy]);
      };
      await assertGpuTwins(
        { op: run(ops.tokenLogProbs), reference: run(ops.tokenLogProbsReference) },
        [normals(random, n!, d!), normals(random, v!, d!)],
        { name: `tokenLogProbs ${n}×${d}×${v} ${JSON.stringify(options)}` },
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
        { temperature: 0.5, softCap: 40 },
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

propertyTest(
  "writeCache() and adamW() on webgpu equal their references on random shapes",
  fc.tuple(size(5), size(30), size(70), size(20)),
  {
    runs: 10,
    check: async ([b, t, w, rest], random) => {
      const [cache, update] = [normals(random, b, t + rest, w), normals(random, b * t, w)];
      const [grad, m] = [normals(random, b * t, w), normals(random, b * t, w)];
      const slots = Array.from({ length: b }, (_, row) => {
        const first = random.integer(0, rest + 1);
        return Array.from({ length: t }, (_, i) => [row, first + i]);
      }).flat();
      const tensor = ({ shape, values }: Values) => tf.tensor(values, [...shape]);
      const settings = { lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, step: 3 };
      const run = async (
        write: typeof ops.writeCache,
        adam: typeof ops.adamW,
      ): Promise<number[]> => {
        const { numTensors } = tf.memory();
        const written = write(
          tensor(cache) as tf.Tensor3D,
          tensor(update) as tf.Tensor2D,
          tf.tensor2d(slots, [b * t, 2], "int32"),
        );
        const param = tf.variable(tensor(update));
        const moments = { m: tf.variable(tensor(m)), v: tf.variable(tensor(m).square()) };
        const parts = [{ param, grad: tensor(grad), ...moments, weightDecay: 0.5 }];
        adam(parts, settings);
        // Read once before the next step, so that a stale copy of the values would show.
        await Promise.all([param.data(), moments.m.data(), moments.v.data()]);
        adam(parts, settings);
        const tensors = [written, param, moments.m, moments.v];
        const values = await Promise.all(tensors.map((x) => x.data()));
        assert(tf.memory().numTensors > numTensors);
        tf.disposeVariables();
        return values.flatMap((x) => [...x]);
      };
      tf.engine().startScope();
      try {
        await tf.setBackend("cpu");
        const expected = await run(ops.writeCacheReference, ops.adamWReference);
        await tf.setBackend("webgpu");
        const actual = await run(ops.writeCache, ops.adamW);
        actual.forEach((x, i) => assert(Math.abs(x - expected[i]!) < 1e-5, `${i}: ${x}`));
      } finally {
        tf.engine().endScope();
      }
      assertEquals(tf.getBackend(), "webgpu");
    },
  },
);

propertyTest(
  "squaredNorms() and scaled() on webgpu equal their references on random shapes",
  fc.tuple(size(5000), size(70), size(3)),
  {
    runs: 10,
    check: async ([a, b, c], random) => {
      const list = [normals(random, a), normals(random, 300, b), normals(random, c)];
      const tensors = () => list.map(({ shape, values }) => tf.tensor(values, [...shape]));
      const [norms, expected] = tf.tidy(() => [
        ops.squaredNorms(tensors()),
        ops.squaredNormsReference(tensors()),
      ]);
      const [actual, wanted] = [await norms!.data(), await expected!.data()];
      actual.forEach((x, i) => assert(Math.abs(x / wanted[i]! - 1) < 1e-5, `${i}: ${x}`));
      const products = ops.scaled(tensors(), 0.5);
      for (const [i, product] of products.entries()) {
        assertEquals([...await product.data()], [...list[i]!.values.map((x) => x * 0.5)]);
      }
      tf.dispose([norms!, expected!, ...products]);
    },
  },
);
