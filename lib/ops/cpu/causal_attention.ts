/** Attention without stored scores; see `../causal_attention.ts`. */
import { registerCpuKernel, withScratch } from "./kernel.ts";

interface AttentionAttrs {
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly length: number;
}

// Outputs the mixed values, and the log-sum-exp of every query's scores [B, H, T] for the gradient.
registerCpuKernel<AttentionAttrs>("MaporlAttention", ({ inputs, attrs, backend }) => {
  const { q, k, v, starts } = inputs;
  const { numHeads, numKvHeads, length } = attrs;
  const [batch, numQueries, width] = q!.shape as [number, number, number];
  const stored = k!.shape[1]!;
  const headDim = width / numHeads;
  const scale = 1 / Math.sqrt(headDim);
  const out = backend.allocate([batch, numQueries, width], "float32");
  const logSumExp = backend.allocate([batch, numHeads, numQueries], "float32");
  const sizes = [stored, length, numHeads, numKvHeads, headDim, scale] as const;
  const { wasm } = backend;
  withScratch(backend, wasm["attentionScratch"]!(length), (scratch) => {
    backend.withPointers(
      [q!, k!, v!, starts!, out, logSumExp],
      (pq, pk, pv, ps, po, pl) => {
        wasm["attentionForward"]!(
          ...[pq!, pk!, pv!, ps!, po!, pl!, scratch, batch, numQueries, ...sizes],
        );
      },
    );
  });
  return [out, logSumExp];
});

// One query per row and no gradient: a walk over the cached keys.
registerCpuKernel<AttentionAttrs>("MaporlAttentionDecode", ({ inputs, attrs, backend }) => {
  const { q, k, v, starts } = inputs;
  const { numHeads, numKvHeads, length } = attrs;
  const [batch, , width] = q!.shape as [number, number, number];
  const headDim = width / numHeads;
  const sizes = [k!.shape[1]!, length, numHeads, numKvHeads, headDim, 1 / Math.sqrt(headDim)];
  const out = backend.allocate([batch, 1, width], "float32");
  withScratch(backend, numHeads * length, (scratch) => {
    backend.withPointers([q!, k!, v!, starts!, out], (pq, pk, pv, ps, po) => {
      backend.wasm["attentionDecode"]!(pq!, pk!, pv!, ps!, po!, scratch, batch, ...sizes);
    });
  });
  return out;
});

registerCpuKernel<AttentionAttrs>("MaporlAttentionGrad", ({ inputs, attrs, backend }) => {
  const { q, k, v, starts, out, logSumExp, dy } = inputs;
  const { numHeads, numKvHeads, length } = attrs;
  const [batch, numQueries, width] = q!.shape as [number, number, number];
  const headDim = width / numHeads;
  const dq = backend.allocate(q!.shape, "float32");
  const dk = backend.allocate(k!.shape, "float32");
  const dv = backend.allocate(v!.shape, "float32");
  const sizes = [k!.shape[1]!, length, numHeads, numKvHeads, headDim, 1 / Math.sqrt(headDim)];
  const tensors = [q!, k!, v!, starts!, out!, logSumExp!, dy!, dq, dk, dv];
  const { wasm } = backend;
  withScratch(backend, wasm["attentionScratch"]!(length), (scratch) => {
    backend.withPointers(tensors, (...pointers) => {
      wasm["attentionBackward"]!(...pointers, scratch, batch, numQueries, ...sizes);
    });
  });
  return [dq, dk, dv];
});
