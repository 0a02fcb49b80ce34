/** Attention over cached keys; see `../cached_attention.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { ScoreAttributes } from "../attention_scores.ts";
import { registerCpuKernel, withScratch } from "./kernel.ts";
import { lastPosition } from "./last_position.ts";

interface CachedAttentionAttrs extends ScoreAttributes {
  readonly numHeads: number;
  readonly numKvHeads: number;
}

registerCpuKernel<CachedAttentionAttrs>("MaporlCachedAttention", (call) => {
  const { inputs, attrs: { numHeads, numKvHeads, window, softCap }, backend, allocate } = call;
  const { q, k, v, starts, slots } = inputs as Record<string, tf.TensorInfo>;
  const [count, width] = q!.shape as [number, number];
  const [, stored, kvWidth] = k!.shape as [number, number, number];
  const headDim = width / numHeads;
  const out = allocate(q!.shape, "float32");
  const length = lastPosition(backend.int32(slots!)) + 1;
  const scores = backend.wasm["cachedAttentionScratch"]!(length, numHeads);
  const options = { count, grain: Math.ceil((1 << 16) / (Math.min(length, window) * kvWidth)) };
  withScratch(backend, backend.pool.numThreads * scores, (scratch) => {
    backend.withPointers([q!, k!, v!, starts!, slots!, out], (...pointers) => {
      backend.spread("cachedAttention", options, (from, to, thread) => [
        ...pointers,
        scratch + thread * scores * 4,
        from,
        to,
        stored,
        numHeads,
        numKvHeads,
        headDim,
        1 / Math.sqrt(headDim),
        window,
        softCap,
      ]);
    });
  });
  return out;
});
