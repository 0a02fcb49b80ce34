/**
 * How much memory a part of a program takes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { CpuBackend } from "../device/mod.ts";

/**
 * Runs something and measures the most memory that tensors and kernels held meanwhile.
 *
 * @param run What is measured; nothing else may run in between.
 * @returns Its result and the peak in bytes, all that was held before included; null where the device
 * does not tell (all but the processor, and tensors that lie outside its heap are not counted).
 */
export async function measurePeak<R>(
  run: () => Promise<R>,
): Promise<{ readonly result: R; readonly peakBytes: number | null }> {
  const backend = tf.backend();
  const heap = backend instanceof CpuBackend ? backend.heap : undefined;
  heap?.resetPeak();
  const result = await run();
  return { result, peakBytes: heap?.stats.peakBytes ?? null };
}
