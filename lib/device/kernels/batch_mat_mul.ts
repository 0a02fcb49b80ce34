import * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../cpu_backend.ts";
import { type CpuKernelCall, plainKernel } from "./kernel.ts";

/** Transposes of a product of tensors. */
export interface MatMulOptions {
  /** Whether the last two axes of `a` are swapped. */
  readonly transposeA: boolean;
  /** Whether the last two axes of `b` are swapped. */
  readonly transposeB: boolean;
}

/** Which matrix of a tensor goes into each of the result's matrices, its batch axes broadcast. */
function batchIndices(batch: readonly number[], outBatch: readonly number[]): Int32Array {
  const indices = new Int32Array(tf.util.sizeFromShape(outBatch as number[]));
  const missing = outBatch.length - batch.length;
  for (let i = 0; i < indices.length; i++) {
    let rest = i;
    let index = 0;
    let stride = 1;
    for (let axis = outBatch.length - 1; axis >= 0; axis--) {
      const at = rest % outBatch[axis]!;
      rest = Math.floor(rest / outBatch[axis]!);
      const length = axis < missing ? 1 : batch[axis - missing]!;
      if (length > 1) index += at * stride;
      stride *= length;
    }
    indices[i] = index;
  }
  return indices;
}

/**
 * Multiplies float32 matrices, batch axes broadcast, without copying or transposing either.
 *
 * @param backend The backend that holds them.
 * @param operands `a` [..., M, K] and `b` [..., K, N], each with its last axes swapped if transposed.
 * @param options Which of them are transposed.
 * @returns A new tensor [..., M, N].
 * @throws {RangeError} When the inner axes differ.
 */
export function matMul(
  backend: CpuBackend,
  { a, b }: { a: tf.TensorInfo; b: tf.TensorInfo },
  { transposeA, transposeB }: MatMulOptions,
): tf.TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [innerB, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (k !== innerB) {
    throw new RangeError(
      `Cannot multiply [${a.shape}]${transposeA ? "ᵀ" : ""} by [${b.shape}]${
        transposeB ? "ᵀ" : ""
      } as their inner axes must agree: ${k} and ${innerB}`,
    );
  }
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const outBatch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = backend.allocate([...outBatch, m, n], "float32");
  const aValues = backend.float32(a);
  const bValues = backend.float32(b);
  const c = backend.float32(out);
  const common = {
    transA: transposeA,
    transB: transposeB,
    alpha: 1,
    beta: 0,
    n,
    k,
    lda: aColumns,
    ldb: bColumns,
    ldc: n,
  };
  const numMatrices = tf.util.sizeFromShape(outBatch);
  if (!transposeA && tf.util.sizeFromShape(bBatch) === 1) {
    // One matrix on the right: the batch is just more rows on the left.
    backend.gemm({ ...common, m: m * numMatrices, a: aValues, b: bValues, c });
    return out;
  }
  const aIndices = batchIndices(aBatch, outBatch);
  const bIndices = batchIndices(bBatch, outBatch);
  for (let i = 0; i < numMatrices; i++) {
    const aAt = aIndices[i]! * m * k;
    const bAt = bIndices[i]! * k * n;
    backend.gemm({
      ...common,
      m,
      a: aValues.subarray(aAt, aAt + m * k),
      b: bValues.subarray(bAt, bAt + k * n),
      c: c.subarray(i * m * n, (i + 1) * m * n),
    });
  }
  return out;
}

/**
 * tfjs's `BatchMatMul`: {@link matMul} for float32, tfjs's own for other types.
 *
 * @param call Inputs `a` and `b`; attributes as {@link MatMulOptions}.
 * @returns The product.
 */
export function batchMatMul(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  if (a.dtype !== "float32" || b.dtype !== "float32") return plainKernel(tf.BatchMatMul, call);
  return matMul(call.backend, { a, b }, call.attrs as unknown as MatMulOptions);
}
