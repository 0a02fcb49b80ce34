/** Log-probabilities of chosen tokens, a chunk of rows at a time; see `../token_log_probs.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import type { SpreadOptions } from "../../device/cut_range.ts";
import { ELEMENTS, registerCpuKernel, withScratch } from "./kernel.ts";

/** Logits of one chunk: at most 4 Mi values (16 MiB), so that even a large vocabulary stays near the cache. */
const CHUNK_VALUES = 1 << 22;
const CHUNK_ROWS = 1024;
/** The same where the head is packed: every chunk unpacks it again. */
const PACKED_CHUNK_VALUES = 1 << 24;

interface Chunk {
  readonly from: number;
  readonly count: number;
  readonly logits: Float32Array;
  readonly pointer: number;
}

interface LogitAttrs {
  readonly temperature: number;
  /** 0 where nothing bounds the logits. */
  readonly softCap: number;
}

// Outputs the log-probabilities, the entropies, and the log-sum-exps for the gradient, each [N].
registerCpuKernel<LogitAttrs>("MaporlTokenLogProbs", (call) => {
  const { inputs, attrs, backend, allocate } = call;
  const { hidden, head, ids } = inputs;
  const [numRows, width] = hidden!.shape as [number, number];
  const vocabSize = head!.shape[0]!;
  const outputs = [0, 1, 2].map(() => allocate([numRows], "float32"));
  const x = backend.float32(hidden!);
  const { softCap } = attrs;
  backend.withPointers([ids!, ...outputs], (pi, ...pointers) => {
    forChunks(backend, [numRows, head!], ({ from, count, logits, pointer }) => {
      boundedLogits(backend, {
        x,
        head: head!,
        width,
        vocabSize,
        from,
        count,
        logits,
        pointer,
        softCap,
      });
      backend.spread("logSoftmaxForward", rowsOf(count, vocabSize), (first, last) => [
        pointer + first * vocabSize * 4,
        ...[pi!, ...pointers].map((start) => start + (from + first) * 4),
        last - first,
        vocabSize,
        1 / attrs.temperature,
      ]);
    });
  });
  return outputs;
});

interface GradAttrs extends LogitAttrs {
  /** Whether the hidden states' and the head's gradients are asked for. */
  readonly wanted: readonly [boolean, boolean];
}

// Outputs the gradients that are wanted, hidden's before the head's.
registerCpuKernel<GradAttrs>("MaporlTokenLogProbsGrad", ({ inputs, attrs, backend, allocate }) => {
  const { hidden, head, ids, logSumExp, dy } = inputs;
  const [numRows, width] = hidden!.shape as [number, number];
  const vocabSize = head!.shape[0]!;
  const { softCap, wanted: [wantHidden, wantHead] } = attrs;
  const dhidden = wantHidden ? allocate([numRows, width], "float32") : undefined;
  const dhead = wantHead ? allocate([vocabSize, width], "float32") : undefined;
  const x = backend.float32(hidden!);
  const dx = dhidden && backend.float32(dhidden);
  const dw = dhead && backend.float32(dhead);
  dw?.fill(0);
  backend.withPointers([ids!, logSumExp!, dy!], (pi, pl, pdy) => {
    forChunks(backend, [numRows, head!], ({ from, count, logits, pointer }) => {
      boundedLogits(backend, {
        x,
        head: head!,
        width,
        vocabSize,
        from,
        count,
        logits,
        pointer,
        softCap,
      });
      backend.spread("logSoftmaxBackward", rowsOf(count, vocabSize), (first, last) => [
        pointer + first * vocabSize * 4,
        ...[pi!, pl!, pdy!].map((start) => start + (from + first) * 4),
        last - first,
        vocabSize,
        1 / attrs.temperature,
        softCap,
      ]);
      if (dx !== undefined) {
        backend.multiplyRows({
          transA: false,
          transB: false,
          m: count,
          n: width,
          k: vocabSize,
          alpha: 1,
          beta: 0,
          a: logits,
          lda: vocabSize,
          c: dx.subarray(from * width, (from + count) * width),
          ldc: width,
        }, head!);
      }
      if (dw !== undefined) {
        backend.gemm({
          transA: true,
          transB: false,
          m: vocabSize,
          n: width,
          k: count,
          alpha: 1,
          beta: 1,
          a: logits,
          lda: vocabSize,
          b: x.subarray(from * width, (from + count) * width),
          ldb: width,
          c: dw,
          ldc: width,
        });
      }
    });
  });
  return [dhidden, dhead].filter((info) => info !== undefined);
});

function rowsOf(count: number, vocabSize: number): SpreadOptions {
  return { count, grain: Math.ceil(ELEMENTS / 4 / vocabSize) };
}

function forChunks(
  backend: CpuBackend,
  [numRows, head]: readonly [number, tf.TensorInfo],
  run: (chunk: Chunk) => void,
): void {
  const vocabSize = head.shape[0]!;
  const most = backend.packed(head) === undefined ? CHUNK_VALUES : PACKED_CHUNK_VALUES;
  const rows = Math.min(CHUNK_ROWS, numRows, Math.max(1, Math.floor(most / vocabSize)));
  if (numRows === 0) return;
  withScratch(backend, rows * vocabSize, (pointer, values) => {
    for (let from = 0; from < numRows; from += rows) {
      const count = Math.min(rows, numRows - from);
      run({ from, count, logits: values.subarray(0, count * vocabSize), pointer });
    }
  });
}

/** logits [count, V] = hidden[from … from+count) headᵀ, bounded where there is a cap. */
function boundedLogits(
  backend: CpuBackend,
  options: Chunk & {
    readonly x: Float32Array;
    readonly head: tf.TensorInfo;
    readonly width: number;
    readonly vocabSize: number;
    readonly softCap: number;
  },
): void {
  const { x, head, width, vocabSize, from, count, logits, pointer, softCap } = options;
  backend.multiplyRows({
    transA: false,
    transB: true,
    m: count,
    n: vocabSize,
    k: width,
    alpha: 1,
    beta: 0,
    a: x.subarray(from * width, (from + count) * width),
    lda: width,
    c: logits,
    ldc: vocabSize,
  }, head);
  if (softCap === 0) return;
  const elements = { count: count * vocabSize, grain: ELEMENTS / 4, align: 16 };
  backend.spread("softCap", elements, (first, last) => {
    const at = pointer + first * 4;
    return [at, at, last - first, softCap];
  });
}
