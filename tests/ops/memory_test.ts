import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { type CpuBackend, startDevice } from "../../lib/device/mod.ts";
import { causalAttention, gradients, tokenLogProbs } from "../../lib/ops/mod.ts";
import { onEveryPlace } from "./twins.ts";

await startDevice("cpu");

/** Most bytes that lay on the heap while something ran, beyond those that lay there before. */
function peakBytes(run: () => void): number {
  const { heap } = tf.backend() as CpuBackend;
  heap.resetPeak();
  const { liveBytes } = heap.stats;
  run();
  assertEquals(heap.stats.liveBytes, liveBytes, "memory was kept");
  return heap.stats.peakBytes - liveBytes;
}

/** A loss and its gradients by all of the tensors, freed at once. */
function differentiate(loss: () => tf.Scalar, xs: readonly tf.Tensor[]): void {
  const { value, grads } = gradients(loss, xs);
  tf.dispose([value, ...grads.map((grad) => grad!)]);
}

Deno.test("tokenLogProbs() of 152 000 words and 2 048 rows peaks below 300 MB beside its gradients", async () => {
  const [rows, width, vocabSize] = [2048, 32, 152_000];
  await onEveryPlace(() => {
    const [hidden, head] = [tf.randomNormal([rows, width]), tf.randomNormal([vocabSize, width])];
    const ids = tf.tensor1d(Int32Array.from({ length: rows }, (_, i) => i * 74), "int32");
    const loss = () =>
      tokenLogProbs(hidden as tf.Tensor2D, head as tf.Tensor2D, ids).logProbs.sum() as tf.Scalar;
    const beside = peakBytes(() => differentiate(loss, [hidden, head])) -
      4 * (hidden.size + head.size);
    // All logits at once would take 1 245 MB.
    assert(beside < 300e6, `${beside / 1e6} MB`);
    tf.dispose([hidden, head, ids]);
  });
});

Deno.test("causalAttention() takes memory in proportion to its length, forward and backward", async () => {
  await onEveryPlace(() => {
    const peaks = [512, 1024, 2048, 4096].map((length) => {
      const [q, k, v] = [0, 1, 2].map(() => tf.randomNormal([1, length, 16]) as tf.Tensor3D);
      const starts = tf.zeros([1], "int32") as tf.Tensor1D;
      const loss = () =>
        causalAttention(q!, k!, v!, { numHeads: 2, numKvHeads: 2, starts }).sum() as tf.Scalar;
      const peak = peakBytes(() => differentiate(loss, [q!, k!, v!]));
      tf.dispose([q!, k!, v!, starts]);
      return peak;
    });
    for (const [i, peak] of peaks.entries()) {
      // Scores [T, T] alone would take four times as much at each step, 67 MB a head at the last.
      if (i > 0) assert(peak < 2.1 * peaks[i - 1]!, `${peaks.map((bytes) => bytes / 1e6)} MB`);
    }
    assert(peaks.at(-1)! < 20e6, `${peaks.at(-1)! / 1e6} MB`);
  });
});
