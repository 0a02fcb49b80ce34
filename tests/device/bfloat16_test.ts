import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { type CpuBackend, startDevice } from "../../lib/device/mod.ts";
import { adamW, causalAttention, linear, linearReference } from "../../lib/ops/mod.ts";
import { evaluate, normals, relativeError } from "../ops/twins.ts";

await startDevice("cpu");
const hasBfloat16 = (tf.backend() as CpuBackend).products.hasBfloat16 === true;
if (!hasBfloat16) {
  console.warn(
    "SKIPPED: products in bfloat16, as oneDNN is not here, or refuses them on this processor",
  );
}

/** Rounds to bfloat16, ties to even, by the definition: 8 significant bits. */
function rounded(x: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 7);
  const scaled = x / unit;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (floor + (up ? 1 : 0)) * unit;
}

Deno.test("the kernel toBfloat16 rounds to nearest, ties to even, and keeps NaN and infinity", () => {
  const { heap, wasm } = tf.backend() as CpuBackend;
  const random = Random.fromSeed(0);
  const special = [1 + 2 ** -8, 1 + 3 * 2 ** -8, -(1 + 2 ** -8), 3e38, 0, -0, NaN, Infinity];
  const values = [...special, ...Array.from({ length: 103 }, () => random.normal() * 10)]
    .map(Math.fround);
  const [from, to] = [heap.alloc(4 * values.length), heap.alloc(2 * values.length)];
  new Float32Array(heap.buffer, from, values.length).set(values);
  wasm["toBfloat16"]!(from, to, values.length);
  const words = new Uint16Array(heap.buffer, to, values.length);
  const actual = new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
  values.forEach((value, i) => assertEquals(actual[i], rounded(value), `${value}`));
  [from, to].forEach((offset) => heap.free(offset));
});

Deno.test({
  name: "linear() in bfloat16 multiplies rounded factors with sums in float32",
  ignore: !hasBfloat16,
  fn: async () => {
    const random = Random.fromSeed(1);
    const [x, w] = [normals(random, 33, 70), normals(random, 50, 70)];
    const round = (values: Float32Array) => values.map(rounded);
    await startDevice("cpu", { dtype: "bfloat16" });
    const { numBlocks } = (tf.backend() as CpuBackend).heap.stats;
    const compute = (op: typeof linear, f: (values: Float32Array) => Float32Array) =>
      tf.tidy(() => {
        const tensor = ({ shape, values }: typeof x) => tf.tensor(f(values), [...shape]);
        return op(tensor(x) as tf.Tensor2D, tensor(w) as tf.Tensor2D).dataSync();
      });
    try {
      const actual = compute(linear, (values) => values);
      assertEquals((tf.backend() as CpuBackend).heap.stats.numBlocks, numBlocks, "copies leaked");
      await startDevice("cpu");
      const expected = compute(linearReference, round);
      assert(relativeError(actual, expected) < 1e-6);
      const plain = compute(linear, (values) => values);
      assert(relativeError(actual, plain) > 1e-4, "the factors were not rounded");
      assert(relativeError(actual, plain) < 1e-2);
    } finally {
      await startDevice("cpu");
    }
  },
});

Deno.test({
  name: "linear() in bfloat16 reads a weight anew once it was updated in place",
  ignore: !hasBfloat16,
  fn: async () => {
    await startDevice("cpu", { dtype: "bfloat16" });
    try {
      tf.tidy(() => {
        const param = tf.variable(tf.tensor2d([[2, -4]]));
        const x = tf.tensor2d([[1, 0.5]]);
        const product = () => linear(x, param as unknown as tf.Tensor2D).dataSync()[0];
        assertEquals(product(), 0); // 2 − 2
        const [m, v] = [tf.variable(tf.zeros([1, 2])), tf.variable(tf.zeros([1, 2]))];
        const options = { lr: 1, beta1: 0.9, beta2: 0.99, eps: 1e-8, step: 1 };
        // A first step of AdamW is lr · sign(grad): 2 − 1 and −4 + 1.
        adamW([{ param, grad: tf.tensor2d([[1, -1]]), m, v, weightDecay: 0 }], options);
        assert(Math.abs(product()! - (1 - 1.5)) < 0.02, `${product()}`);
        tf.dispose([param, m, v]);
      });
    } finally {
      await startDevice("cpu");
    }
  },
});

Deno.test({
  name: "causalAttention() in bfloat16 and its gradients are those of float32 up to rounding",
  ignore: !hasBfloat16,
  fn: async () => {
    const random = Random.fromSeed(3);
    // Longer than a tile, with padding, and two query heads to a key head.
    const inputs = [
      normals(random, 2, 70, 4 * 8),
      normals(random, 2, 70, 2 * 8),
      normals(random, 2, 70, 2 * 8),
    ];
    const op = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
        numHeads: 4,
        numKvHeads: 2,
        starts: tf.tensor1d([0, 9], "int32"),
      });
    await startDevice("cpu");
    const expected = await evaluate(op as Parameters<typeof evaluate>[0], inputs);
    await startDevice("cpu", { dtype: "bfloat16" });
    try {
      const { numBlocks } = (tf.backend() as CpuBackend).heap.stats;
      const actual = await evaluate(op as Parameters<typeof evaluate>[0], inputs);
      assertEquals((tf.backend() as CpuBackend).heap.stats.numBlocks, numBlocks, "copies leaked");
      actual.forEach((values, i) => {
        const error = relativeError(values, expected[i]!);
        assert(error < 3e-2, `output ${i} off by ${error}`);
        assert(error > 1e-4, `output ${i} was not rounded: ${error}`);
      });
    } finally {
      await startDevice("cpu");
    }
  },
});

Deno.test("startDevice() takes bfloat16 where a product comes out, and says else that the processor lacks it", async () => {
  await startDevice("cpu");
  const { products } = tf.backend() as CpuBackend;
  if (products.kind !== "onednn") return console.warn("SKIPPED: oneDNN is not here");
  if (products.hasBfloat16) {
    try {
      await startDevice("cpu", { dtype: "bfloat16" });
      const [product] = tf.tidy(() => linear(tf.tensor2d([[3]]), tf.tensor2d([[5]])).dataSync());
      assertEquals(product, 15);
    } finally {
      await startDevice("cpu");
    }
  } else {
    await assertRejects(
      () => startDevice("cpu", { dtype: "bfloat16" }),
      DeviceError,
      "refuses such products on this processor",
    );
    await startDevice("cpu");
  }
});

Deno.test("startDevice() refuses bfloat16 where nothing multiplies it", async () => {
  const error = await assertRejects(
    () => startDevice("cpu", { products: "wasm", dtype: "bfloat16" }),
    DeviceError,
    "WebAssembly SIMD does not",
  );
  assert(error.message.includes("libdnnl2"), error.message);
  await startDevice("cpu");
});
