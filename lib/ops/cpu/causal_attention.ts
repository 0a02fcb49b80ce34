/** Attention without stored scores; see `../causal_attention.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { ScoreAttributes } from "../attention_scores.ts";
import { type KernelCall, registerCpuKernel, withScratch } from "./kernel.ts";

interface AttentionAttrs extends ScoreAttributes {
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly length: number;
}

/** Sizes of one call, in the letters of `../causal_attention.ts`. */
interface Sizes extends AttentionAttrs {
  /** B. */
  readonly batch: number;
  /** T. */
  readonly numQueries: number;
  /** S. */
  readonly stored: number;
  /** C. */
  readonly headDim: number;
}

// Outputs the mixed values, and the log-sum-exp of every query's scores [B, H, T] for the gradient.
registerCpuKernel<AttentionAttrs>("MaporlAttention", (call) => {
  const { inputs, allocate } = call;
  const { batch, numQueries, numHeads } = sizesOf(call);
  const out = allocate(inputs["q"]!.shape, "float32");
  const logSumExp = allocate([batch, numHeads, numQueries], "float32");
  const { q, k, v, starts } = inputs;
  const copies = bfloat16Pointers(call, [q!, k!, v!]);
  runTiles(call, [q!, k!, v!, starts!, out, logSumExp], (run, [pq, pk, pv, ...others]) => {
    const [hq, hk, hv] = copies ?? [pq!, pk!, pv!];
    run("attentionForward", [hq!, hk!, hv!, ...others], copies !== undefined);
  });
  return [out, logSumExp];
});

registerCpuKernel<AttentionAttrs>("MaporlAttentionGrad", (call) => {
  const { inputs, allocate } = call;
  const [dq, dk, dv] = ["q", "k", "v"].map((name) => allocate(inputs[name]!.shape, "float32"));
  const { q, k, v, starts, out, logSumExp, dy } = inputs;
  const copies = bfloat16Pointers(call, [q!, k!, v!, dy!]);
  const tensors = [q!, k!, v!, dy!, starts!, out!, logSumExp!, dq!, dk!, dv!];
  runTiles(call, tensors, (run, [pq, pk, pv, pdy, ps, po, pl, ...grads]) => {
    const [hq, hk, hv, factor] = copies ?? [pq!, pk!, pv!, pdy!];
    const pointers = [hq!, hk!, hv!, ps!, po!, pl!, pdy!, factor!, ...grads];
    run("attentionBackward", pointers, copies !== undefined);
  });
  return [dq!, dk!, dv!];
});

/** Addresses of the tensors' bfloat16 copies, where products read those. */
function bfloat16Pointers(
  { backend }: KernelCall<AttentionAttrs>,
  tensors: readonly tf.TensorInfo[],
): number[] | undefined {
  const pointers = tensors.map((tensor) => backend.bfloat16Pointer(tensor));
  return pointers.includes(0) ? undefined : pointers;
}

/** Runs one kernel, tile by tile, each thread on rows of the batch and key heads of its own. */
type RunTiles = (kernel: string, pointers: readonly number[], bfloat16: boolean) => void;

function runTiles(
  call: KernelCall<AttentionAttrs>,
  tensors: readonly tf.TensorInfo[],
  choose: (run: RunTiles, pointers: readonly number[]) => void,
): void {
  const { backend } = call;
  const { batch, numQueries, stored, length, numHeads, numKvHeads, headDim } = sizesOf(call);
  const { window, softCap } = call.attrs;
  const scores = backend.wasm["attentionScratch"]!(length, headDim);
  const workPerUnit = numQueries * Math.min(length, window) * headDim * numHeads / numKvHeads;
  const options = { count: batch * numKvHeads, grain: Math.ceil((1 << 19) / workPerUnit) };
  withScratch(backend, backend.pool.numThreads * scores, (scratch) => {
    const run: RunTiles = (kernel, pointers, bfloat16) => {
      backend.spread(kernel, options, (from, to, thread) => [
        ...pointers,
        scratch + thread * scores * 4,
        +bfloat16,
        from,
        to,
        numQueries,
        stored,
        length,
        numHeads,
        numKvHeads,
        headDim,
        1 / Math.sqrt(headDim),
        window,
        softCap,
      ]);
    };
    backend.withPointers(tensors, (...pointers) => choose(run, pointers));
  });
}

function sizesOf({ inputs, attrs }: KernelCall<AttentionAttrs>): Sizes {
  const [batch, numQueries, width] = inputs["q"]!.shape as [number, number, number];
  const stored = inputs["k"]!.shape[1]!;
  return { ...attrs, batch, numQueries, stored, headDim: width / attrs.numHeads };
}
