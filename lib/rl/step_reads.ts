/**
 * Tensors of a loss that are read after its gradients: a GPU cannot be read in the middle of a step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** What is read, and what is done with it. */
export type Reads = {
  readonly tensors: tf.Tensor[];
  readonly use: (values: readonly Float32Array[]) => void;
}[];

/**
 * Reads all tensors and hands them on.
 *
 * @param reads In the order in which they are used.
 */
export async function takeReads(reads: Reads): Promise<void> {
  for (const { tensors, use } of reads) {
    use(await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>)));
  }
}

/**
 * Frees all tensors.
 *
 * @param reads Not read any more.
 */
export function disposeReads(reads: Reads): void {
  for (const { tensors } of reads) tf.dispose(tensors);
}
