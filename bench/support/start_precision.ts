/**
 * The processor as a device at a precision, and proof that products are computed at it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type DeviceOptions, type DeviceReport, startDevice } from "../../lib/device/mod.ts";
import { linear } from "../../lib/ops/mod.ts";

/** What products are computed in; sums, weights and everything else stay float32. */
export type Precision = "float32" | "bfloat16";

/** All precisions of the processor. */
export const PRECISIONS: readonly Precision[] = ["float32", "bfloat16"];

const SIZE = 512;
/** One bfloat16 has 8 bits of mantissa: this rounds to 1, in float32 it stays. */
const NEARLY_ONE = 1 + 2 ** -10;

/**
 * Starts the processor and checks by a product which precision it really computes in.
 *
 * @param dtype What products should be computed in.
 * @returns What was started.
 * @throws {RangeError} If products are computed in another precision than asked for.
 * @throws {DeviceError} If the device refuses.
 */
export async function startPrecision(dtype: Precision): Promise<DeviceReport> {
  const options: DeviceOptions & { readonly dtype: Precision } = { dtype };
  const report = await startDevice("cpu", options);
  const product = tf.tidy(() =>
    linear(tf.fill([SIZE, SIZE], NEARLY_ONE) as tf.Tensor2D, tf.ones([SIZE, SIZE]) as tf.Tensor2D)
  );
  const sum = (await product.data())[0]!;
  product.dispose();
  const actual = Math.abs(sum - SIZE * NEARLY_ONE) < 0.1 ? "float32" : "bfloat16";
  if (actual !== dtype) {
    throw new RangeError(
      `Cannot measure in ${dtype} as products must be computed in it: they are in ${actual}`,
    );
  }
  return report;
}
