/**
 * Twins of an op: its kernels on every place that has them against its plain reference on tfjs's own
 * `cpu` backend, values and gradients, and its gradient against differences.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { Random } from "../../lib/core/random.ts";
import { CPU_BACKEND, type CpuBackend } from "../../lib/device/cpu_backend.ts";
import { startDevice } from "../../lib/device/mod.ts";

/** A tensor that lies on no device. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** An op as a function of the tensors that it is differentiated by. */
export type Op = (...tensors: tf.Tensor[]) => tf.Tensor;

/** Where products come from on the CPU backend: the native library, if there is one, and ours. */
type Products = "auto" | "wasm";

const PLACES: Products[] = ["auto", "wasm"];
// Opened here and not in a test, so that the library is not taken for a leak.
const { products } = await startDevice("cpu", { products: "auto" });
if (products.startsWith("WebAssembly")) {
  console.warn("SKIPPED: ops on a native library, as none was found; on WebAssembly only");
  PLACES.shift();
}
await startDevice("cpu", { products: "wasm" });

/** Standard normal values. */
export function normals(random: Random, ...shape: number[]): Values {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random.normal()) };
}

/** Integers in [low, high) as an int32 tensor; made when called, so that a tidy can hold it. */
export function integers(values: ArrayLike<number>): tf.Tensor1D {
  return tf.tensor1d(Int32Array.from(values), "int32");
}

/** Runs on each place with fresh memory full of NaN, so that values which a kernel forgets show. */
export async function onEveryPlace(run: (place: Products) => Promise<void> | void): Promise<void> {
  for (const place of PLACES) {
    await startDevice("cpu", { products: place });
    const { heap } = tf.backend() as CpuBackend;
    const blocks = [1 << 22, 1 << 18, 1 << 14, 1 << 12].map((bytes) => {
      const offset = heap.alloc(bytes);
      new Float32Array(heap.buffer, offset, bytes / 4).fill(NaN);
      return offset;
    });
    blocks.forEach((offset) => heap.free(offset));
    await run(place);
  }
}

/** The op's value, then the gradient of Σ wᵢ yᵢ by each input, on the current backend. */
export async function evaluate(op: Op, inputs: readonly Values[]): Promise<Float32Array[]> {
  const results = tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) => tf.tensor(values, [...shape], "float32"));
    const grads = tf.grads((...xs: tf.Tensor[]) => weightedSum(op(...xs)))(tensors);
    return [op(...tensors), ...grads];
  });
  try {
    return await Promise.all(results.map(async (tensor) => await tensor.data() as Float32Array));
  } finally {
    tf.dispose(results);
  }
}

/** Σ wᵢ yᵢ with weights that no symmetry of an op can cancel. */
function weightedSum(y: tf.Tensor): tf.Scalar {
  return tf.sum(tf.mul(y, tf.tensor(weights(y.size), y.shape)));
}

function weights(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.cos(1.7 * i + 0.3));
}

/** Largest difference, as a share of the largest expected value (of 1 if that is less). */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assertEquals(actual.length, expected.length, "lengths differ");
  let difference = 0;
  let size = 1;
  for (let i = 0; i < actual.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!);
    if (!(d <= difference)) difference = d; // NaN stays
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return difference / size;
}

/** Fails unless the op equals its reference in value and gradients everywhere, without leaks. */
export async function assertTwins(
  { op, reference }: { readonly op: Op; readonly reference: Op },
  inputs: readonly Values[],
  options: { readonly name: string; readonly tolerance?: number },
): Promise<void> {
  const { name, tolerance = 3e-6 } = options;
  await tf.setBackend("cpu");
  const expected = await evaluate(reference, inputs);
  await onEveryPlace(async (place) => {
    assertEquals(tf.getBackend(), CPU_BACKEND);
    const { numTensors } = tf.memory();
    const actual = await evaluate(op, inputs);
    assertEquals(tf.memory().numTensors, numTensors, `${name}: tensors leaked on ${place}`);
    actual.forEach((values, i) => {
      const error = relativeError(values, expected[i]!);
      const what = i === 0 ? "value" : `gradient of input ${i - 1}`;
      assert(error <= tolerance, `${name} on ${place}: ${what} off by ${error}`);
    });
  });
}

/** Fails unless the gradient along a random direction equals the difference quotient along it. */
export async function assertGradient(
  op: Op,
  inputs: readonly Values[],
  options: { readonly random: Random; readonly name: string },
): Promise<void> {
  const { random, name } = options;
  const step = 1e-2; // float32 rounds sums of about 1 to 1e-7, which leaves 1e-5 of the quotient
  await onEveryPlace(async (place) => {
    const directions = inputs.map(({ shape }) => normals(random, ...shape).values);
    const [, ...grads] = await evaluate(op, inputs);
    let slope = 0;
    let scale = 1;
    grads.forEach((grad, input) =>
      grad.forEach((g, i) => {
        slope += g * directions[input]![i]!;
        scale += g * g;
      })
    );
    const at = async (by: number): Promise<number> => {
      const moved = inputs.map(({ shape, values }, input) => ({
        shape,
        values: values.map((x, i) => x + by * directions[input]![i]!),
      }));
      const [y] = await evaluate(op, moved);
      const w = weights(y!.length);
      return y!.reduce((sum, value, i) => sum + value * w[i]!, 0);
    };
    // Richardson's combination of two steps is right to the fourth order in the step.
    const near = (await at(step) - await at(-step)) / (2 * step);
    const far = (await at(2 * step) - await at(-2 * step)) / (4 * step);
    const quotient = (4 * near - far) / 3;
    const error = Math.abs(quotient - slope) / Math.sqrt(scale);
    assert(error < 2e-3, `${name} on ${place}: slope ${slope}, difference quotient ${quotient}`);
  });
}
