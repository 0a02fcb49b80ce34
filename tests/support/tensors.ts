/**
 * Assertions on tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";

/** Fails unless every difference is at most `tolerance` (1e-5 by default). */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number = 1e-5,
): void {
  assertEquals(actual.length, expected.length, "lengths differ");
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    assert(
      difference <= tolerance, // false for NaN
      `index ${i}: ${actual[i]} differs from ${
        expected[i]
      } by ${difference}, more than ${tolerance}`,
    );
  }
}

/** Reads a tensor and frees it. */
export async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

/** Fails when `run` leaves more or fewer tensors than there were; runs it once before to warm up. */
export async function assertNoLeak(run: () => unknown): Promise<void> {
  await run();
  const { numTensors, numDataBuffers } = tf.memory();
  await run();
  const after = tf.memory();
  assertEquals(after.numTensors, numTensors, "tensors leaked");
  assertEquals(after.numDataBuffers, numDataBuffers, "data buffers leaked");
}
