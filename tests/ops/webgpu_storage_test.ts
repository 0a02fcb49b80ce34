import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { storedCopyBytes } from "../../lib/ops/webgpu/stored_copies.ts";
import { gpuBackend, hasWebgpu, restartGpu, restartingTest } from "./gpu_twins.ts";
import { evaluate, integers, normals, type Op, relativeError } from "./twins.ts";

/** To the nearest float32 whose lower 16 bits are zero, the even one of two. */
function toBfloat16(x: number): number {
  const bits = new Uint32Array(new Float32Array([x]).buffer);
  bits[0] = (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(bits.buffer)[0]!;
}

const ROUND = { float16: Math.f16round, bfloat16: toBfloat16 } as const;

/** Every product with a weight: linear layers, low-rank ones, and the head of the log-probabilities. */
const PRODUCTS: readonly { op: Op; reference: Op; shapes: number[][] }[] = [
  // Tiles of the large kind, the small kind, the program for few rows; whole vectors and odd rows.
  ...[[40, 64, 68], [40, 63, 67], [3, 64, 68], [3, 63, 67]].map(([m, k, n]) => ({
    op: ops.linear as Op,
    reference: ops.linearReference as Op,
    shapes: [[m!, k!], [n!, k!]],
  })),
  {
    op: (x, w, a, b) => ops.loraLinear(x as tf.Tensor2D, w as tf.Tensor2D, { ...factors(a!, b!) }),
    reference: (x, w, a, b) =>
      ops.loraLinearReference(x as tf.Tensor2D, w as tf.Tensor2D, { ...factors(a!, b!) }),
    shapes: [[33, 300], [20, 300], [14, 300], [20, 14]],
  },
  {
    op: (x, w) =>
      ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, integers([5, 0, 99])).logProbs,
    reference: (x, w) =>
      ops.tokenLogProbsReference(x as tf.Tensor2D, w as tf.Tensor2D, integers([5, 0, 99])).logProbs,
    shapes: [[3, 41], [103, 41]],
  },
];

function factors(a: tf.Tensor, b: tf.Tensor): ops.LoraFactors {
  return { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 0.5 };
}

const hasFloat16 = hasWebgpu && (await gpuBackend()).device.features.has("shader-f16");
if (!hasFloat16) console.warn("SKIPPED: weights in float16 on webgpu, as no GPU has it");

for (const storage of ["float16", "bfloat16"] as const) {
  restartingTest(
    `products on webgpu with weights in ${storage} equal those of the rounded weights`,
    async () => {
      const backend = await restartGpu({ dtype: storage });
      const random = Random.fromSeed(41);
      for (const { op, reference, shapes } of PRODUCTS) {
        const inputs = shapes.map((shape) => normals(random, ...shape));
        // Weights of 4096 elements and more are copied; x and the small factor are not.
        const rounded = inputs.map((input, i) =>
          i > 0 && input.values.length >= 4096
            ? { ...input, values: input.values.map(ROUND[storage]) }
            : input
        );
        assert(rounded.some((input, i) => input !== inputs[i]));
        await tf.setBackend("cpu");
        const expected = await evaluate(reference, rounded);
        await gpuBackend();
        const { numTensors } = tf.memory();
        const actual = await evaluate(op, inputs);
        assertEquals(tf.memory().numTensors, numTensors);
        assertEquals(storedCopyBytes(backend), 0, "copies of disposed weights are left");
        actual.forEach((values, i) => {
          const error = relativeError(values, expected[i]!);
          assert(error < 5e-6, `${shapes}: output ${i} off by ${error}`);
        });
      }
    },
    storage === "float16" ? hasFloat16 : hasWebgpu,
  );
}

restartingTest(
  "copies of weights on webgpu follow updates in place and assignments, and go with the weight",
  async () => {
    const backend = await restartGpu({ dtype: "bfloat16" });
    const random = Random.fromSeed(42);
    const x = tf.ones([2, 64]) as tf.Tensor2D;
    const variable = (value: number) =>
      tf.tidy(() => tf.variable(tf.fill([64, 64], value) as tf.Tensor2D));
    const weight = variable(1);
    const moments = { m: variable(0), v: variable(0) };
    const output = async (): Promise<number> => {
      const y = ops.linear(x, weight);
      const [first] = await y.data();
      y.dispose();
      return first!;
    };
    try {
      assertEquals(await output(), 64);
      assertEquals(storedCopyBytes(backend), 64 * 64 * 2);
      // The first step of AdamW moves every weight by the learning rate, whatever the gradient's size.
      const grad = normals(random, 64, 64).values.map((value) => Math.abs(value) + 1);
      const part = { param: weight, grad: tf.tensor(grad, [64, 64]), ...moments, weightDecay: 0 };
      ops.adamW([part], { lr: 0.5, beta1: 0.9, beta2: 0.99, eps: 0, step: 1 });
      assertEquals(await output(), 32);
      tf.tidy(() => weight.assign(tf.fill([64, 64], 3)));
      assertEquals(await output(), 192);
      assertEquals(storedCopyBytes(backend), 64 * 64 * 2);
      weight.dispose();
      await x.data(); // hands over what is queued, with which the weight goes
      assertEquals(storedCopyBytes(backend), 0);
    } finally {
      tf.disposeVariables();
      x.dispose();
    }
  },
);
