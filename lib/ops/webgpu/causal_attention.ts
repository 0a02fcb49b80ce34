/** Attention without stored scores; see `../causal_attention.ts`. */
import type { ScoreAttributes } from "../attention_scores.ts";
import {
  attentionKeyGradient,
  attentionQueryGradient,
  attentionStats,
} from "./attention_backward.ts";
import { attentionForward } from "./attention_forward.ts";
import { byKind, SIDE } from "./attention_tiles.ts";
import { type GpuKernelCall, registerGpuKernel, sizeOf } from "./kernel.ts";

interface AttentionAttrs extends ScoreAttributes {
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly length: number;
}

const FORWARD = byKind(attentionForward);
const STATS = byKind(attentionStats);
const QUERY_GRADIENT = byKind(attentionQueryGradient);
const KEY_GRADIENT = byKind(attentionKeyGradient);

function sizesOf({ inputs, attrs }: GpuKernelCall<AttentionAttrs>) {
  const [batch, numQueries, width] = inputs["q"]!.shape as [number, number, number];
  const stored = inputs["k"]!.shape[1]!;
  const { numHeads, numKvHeads, length, window, softCap: cap } = attrs;
  const headDim = width / numHeads;
  const heads = { numHeads, numKvHeads, scale: 1 / Math.sqrt(headDim) };
  const args = { numQueries, stored, length, ...heads, window, cap };
  return {
    batch,
    kind: { headDim, isCapped: cap > 0 },
    args,
    queryTiles: batch * numHeads * Math.ceil(numQueries / SIDE),
  };
}

// Outputs the mixed values, and the log-sum-exp of every query's scores [B, H, T] for the gradient.
registerGpuKernel<AttentionAttrs>("MaporlAttention", (call) => {
  const { inputs, allocate, run } = call;
  const { batch, kind, args, queryTiles } = sizesOf(call);
  const { q, k, v, starts } = inputs;
  const y = allocate(q!.shape);
  const logSumExp = allocate([batch, args.numHeads, args.numQueries]);
  const buffers = { q: q!, k: k!, v: v!, starts: starts!, y, logSumExp };
  run(FORWARD(kind), { buffers, args, groups: queryTiles });
  return [y, logSumExp];
});

registerGpuKernel<AttentionAttrs>("MaporlAttentionGrad", (call) => {
  const { inputs, allocate, scratch, run, runElementwise } = call;
  const { batch, kind, args, queryTiles } = sizesOf(call);
  const { q, k, v, starts, out, logSumExp, dy } = inputs;
  const [dq, dk, dv] = [q!, k!, v!].map(({ shape }) => allocate(shape)) as [
    ReturnType<typeof allocate>,
    ReturnType<typeof allocate>,
    ReturnType<typeof allocate>,
  ];
  const stats = scratch([sizeOf(logSumExp!), 2]);
  runElementwise(STATS(kind), { y: out!, dy: dy!, logSumExp: logSumExp!, stats }, {
    size: sizeOf(logSumExp!),
    numQueries: args.numQueries,
    numHeads: args.numHeads,
  });
  const read = { q: q!, k: k!, v: v!, dy: dy!, starts: starts!, stats };
  run(QUERY_GRADIENT(kind), { buffers: { ...read, dq }, args, groups: queryTiles });
  run(KEY_GRADIENT(kind), {
    buffers: { ...read, dk, dv },
    args,
    groups: batch * args.numKvHeads * Math.ceil(args.stored / SIDE),
  });
  return [dq, dk, dv];
});
