/** Attention without stored scores; see `../causal_attention.ts`. */
import type * as tf from "@tensorflow/tfjs";
import {
  attentionBackwardTiles,
  attentionForwardTiles,
  type AttentionSizes,
} from "./attention_tiles.ts";
import { type KernelCall, registerCpuKernel, withScratch } from "./kernel.ts";

interface AttentionAttrs {
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly length: number;
}

// Outputs the mixed values, and the log-sum-exp of every query's scores [B, H, T] for the gradient.
registerCpuKernel<AttentionAttrs>("MaporlAttention", (call) => {
  const { inputs, backend, allocate } = call;
  const sizes = sizesOf(call);
  const { batch, numQueries, length, numHeads } = sizes;
  const out = allocate(inputs["q"]!.shape, "float32");
  const logSumExp = allocate([batch, numHeads, numQueries], "float32");
  const { q, k, v, starts } = inputs as Record<"q" | "k" | "v" | "starts", tf.TensorInfo>;
  if (isNative(call)) {
    attentionForwardTiles(backend, { q, k, v, starts, out, logSumExp }, sizes);
    return [out, logSumExp];
  }
  const { wasm } = backend;
  withScratch(backend, wasm["attentionScratch"]!(length), (scratch) => {
    backend.withPointers([q, k, v, starts, out, logSumExp], (...pointers) => {
      wasm["attentionForward"]!(...pointers, scratch, batch, numQueries, ...shared(sizes));
    });
  });
  return [out, logSumExp];
});

// One query per row: a walk over the cached keys that keeps nothing for a gradient.
registerCpuKernel<AttentionAttrs>("MaporlAttentionDecode", (call) => {
  const { inputs, backend, allocate } = call;
  const sizes = sizesOf(call);
  const { q, k, v, starts } = inputs as Record<"q" | "k" | "v" | "starts", tf.TensorInfo>;
  const out = allocate(q.shape, "float32");
  withScratch(backend, sizes.numHeads * sizes.length, (scratch) => {
    backend.withPointers([q, k, v, starts, out], (...pointers) => {
      backend.wasm["attentionDecode"]!(...pointers, scratch, sizes.batch, ...shared(sizes));
    });
  });
  return out;
});

registerCpuKernel<AttentionAttrs>("MaporlAttentionGrad", (call) => {
  const { inputs, backend, allocate } = call;
  const sizes = sizesOf(call);
  const { batch, numQueries, length } = sizes;
  const dq = allocate(inputs["q"]!.shape, "float32");
  const dk = allocate(inputs["k"]!.shape, "float32");
  const dv = allocate(inputs["v"]!.shape, "float32");
  if (isNative(call)) {
    attentionBackwardTiles(backend, { ...inputs, dq, dk, dv }, sizes);
    return [dq, dk, dv];
  }
  const { q, k, v, starts, out, logSumExp, dy } = inputs;
  const tensors = [q!, k!, v!, starts!, out!, logSumExp!, dy!, dq, dk, dv];
  const { wasm } = backend;
  withScratch(backend, wasm["attentionScratch"]!(length), (scratch) => {
    backend.withPointers(tensors, (...pointers) => {
      wasm["attentionBackward"]!(...pointers, scratch, batch, numQueries, ...shared(sizes));
    });
  });
  return [dq, dk, dv];
});

/** Whether products come from a native library rather than from the WebAssembly module itself. */
function isNative({ backend }: KernelCall<AttentionAttrs>): boolean {
  return backend.products.path !== "";
}

function sizesOf({ inputs, attrs }: KernelCall<AttentionAttrs>): AttentionSizes {
  const [batch, numQueries, width] = inputs["q"]!.shape as [number, number, number];
  const stored = inputs["k"]!.shape[1]!;
  return { ...attrs, batch, numQueries, stored, headDim: width / attrs.numHeads };
}

/** The arguments that end the list of each whole kernel. */
function shared({ stored, length, numHeads, numKvHeads, headDim }: AttentionSizes): number[] {
  return [stored, length, numHeads, numKvHeads, headDim, 1 / Math.sqrt(headDim)];
}
