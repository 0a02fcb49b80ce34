import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { startDevice } from "../../lib/device/mod.ts";
import * as ops from "../../lib/ops/mod.ts";
import { evaluate, integers, normals, type Op, relativeError, type Values } from "./twins.ts";

/** Starts WebGPU if there is any, software included; says so loudly if there is none. */
async function findWebgpu(): Promise<boolean> {
  try {
    const { name } = await startDevice("webgpu", { allowSoftwareAdapter: true });
    console.log(`webgpu: ${name}`);
    return true;
  } catch (error) {
    console.warn(`SKIPPED: ops on webgpu, as it does not start: ${error}`);
    return false;
  }
}

const hasWebgpu = await findWebgpu();
const random = Random.fromSeed(18);
const ids = [3, 0, 3, 2, 1];
const starts = [0, 2];

/** Each op on tensors that it is differentiated by; the public functions, so that what runs is tested. */
const CASES: readonly { name: string; op: Op; inputs: readonly Values[] }[] = [
  {
    name: "linear",
    op: (x, w, b) => ops.linear(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D),
    inputs: [normals(random, 5, 6), normals(random, 4, 6), normals(random, 4)],
  },
  {
    name: "loraLinear",
    op: (x, w, a, b) =>
      ops.loraLinear(x as tf.Tensor2D, w as tf.Tensor2D, {
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        scale: 0.5,
      }),
    inputs: [
      normals(random, 5, 6),
      normals(random, 4, 6),
      normals(random, 2, 6),
      normals(random, 4, 2),
    ],
  },
  {
    name: "rmsNorm",
    op: (x, w) => ops.rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
    inputs: [normals(random, 5, 7), normals(random, 7)],
  },
  {
    name: "rotaryEmbedding",
    op: (x) =>
      ops.rotaryEmbedding(x as tf.Tensor2D, integers([0, 1, 5, 2, 9]), {
        headDim: 6,
        theta: 10000,
      }),
    inputs: [normals(random, 5, 12)],
  },
  {
    name: "geGlu",
    op: ops.geGlu as Op,
    inputs: [normals(random, 5, 7), normals(random, 5, 7)],
  },
  {
    name: "swiGlu",
    op: ops.swiGlu as Op,
    inputs: [normals(random, 5, 7), normals(random, 5, 7)],
  },
  {
    name: "embedding",
    op: (table) => ops.embedding(table as tf.Tensor2D, integers(ids)),
    inputs: [normals(random, 4, 6)],
  },
  {
    name: "causalAttention",
    op: (q, k, v) =>
      ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
        numHeads: 4,
        numKvHeads: 2,
        starts: integers(starts),
        length: 5,
      }),
    inputs: [normals(random, 2, 4, 24), normals(random, 2, 6, 12), normals(random, 2, 6, 12)],
  },
  {
    name: "tokenLogProbs",
    op: (hidden, head) =>
      ops.tokenLogProbs(hidden as tf.Tensor2D, head as tf.Tensor2D, integers(ids), {
        temperature: 0.7,
      }).logProbs,
    inputs: [normals(random, 5, 6), normals(random, 11, 6)],
  },
];

for (const { name, op, inputs } of CASES) {
  Deno.test({
    name: `${name}() and its gradient on webgpu equal those on cpu`,
    ignore: !hasWebgpu,
    fn: async () => {
      await tf.setBackend("cpu");
      const expected = await evaluate(op, inputs);
      await tf.setBackend("webgpu");
      const actual = await evaluate(op, inputs);
      actual.forEach((values, i) => {
        const error = relativeError(values, expected[i]!);
        assert(error < 1e-5, `output ${i} off by ${error}`);
      });
    },
  });
}

Deno.test({
  name: "adamW() and writeCache() on webgpu equal those on cpu",
  ignore: !hasWebgpu,
  fn: async () => {
    const run = async (): Promise<number[]> => {
      const param = tf.variable(tf.tensor1d([2, -4]));
      const moments = { m: tf.variable(tf.zeros([2])), v: tf.variable(tf.zeros([2])) };
      const grad = tf.tensor1d([3, -0.5]);
      ops.adamW([{ param, grad, ...moments, weightDecay: 0.5 }], {
        lr: 0.1,
        beta1: 0.9,
        beta2: 0.99,
        eps: 1e-8,
        step: 1,
      });
      const cache = ops.writeCache(
        tf.zeros([1, 3, 2]),
        tf.tensor2d([5, 6], [1, 2]),
        tf.tensor2d([0, 1], [1, 2], "int32"),
      );
      return [...await param.data(), ...await moments.v.data(), ...await cache.data()];
    };
    await tf.setBackend("cpu");
    const expected = await run();
    await tf.setBackend("webgpu");
    assert(relativeError(await run(), expected) < 1e-6);
    assertEquals(expected.slice(4, 10), [0, 0, 5, 6, 0, 0]);
  },
});
