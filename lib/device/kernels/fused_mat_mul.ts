import * as tf from "@tensorflow/tfjs";
import { CPU_BACKEND } from "../cpu_backend.ts";
import { matMul, type MatMulOptions } from "./batch_mat_mul.ts";
import { type CpuKernelCall, plainKernel } from "./kernel.ts";

/** Kernels of the activations that tfjs can fuse into a product; `linear` is none. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: tf.Relu,
  elu: tf.Elu,
  relu6: tf.Relu6,
  prelu: tf.Prelu,
  leakyrelu: tf.LeakyRelu,
  sigmoid: tf.Sigmoid,
};

interface FusedAttributes extends MatMulOptions {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/**
 * tfjs's `_FusedMatMul`: product, bias and activation. A bias along the columns is added in place; other
 * types and shapes go to tfjs's own kernels.
 *
 * @param call Inputs `a`, `b` and optionally `bias` and `preluActivationWeights`.
 * @returns The activated sum.
 */
export function fusedMatMul(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const { backend } = call;
  const { a, b, bias, preluActivationWeights: alpha } = call.inputs as {
    [name: string]: tf.TensorInfo | undefined;
  };
  const attributes = call.attrs as unknown as FusedAttributes;
  const numColumns = b!.shape.at(attributes.transposeB ? -2 : -1)!;
  const isPlainBias = bias === undefined ||
    (bias.dtype === "float32" && bias.shape.length === 1 && bias.shape[0] === numColumns);
  if (a!.dtype !== "float32" || b!.dtype !== "float32" || !isPlainBias) {
    return plainKernel(tf._FusedMatMul, call);
  }
  const product = matMul(backend, { a: a!, b: b! }, attributes);
  if (bias !== undefined) {
    const values = backend.float32(product);
    const added = backend.float32(bias);
    for (let at = 0; at < values.length; at += numColumns) {
      for (let j = 0; j < numColumns; j++) values[at + j]! += added[j]!;
    }
  }
  const activation = ACTIVATIONS[attributes.activation ?? "linear"];
  if (activation === undefined) return product;
  const { kernelFunc } = tf.getKernel(activation, CPU_BACKEND);
  const inputs = { x: product, ...(alpha === undefined ? {} : { alpha }) };
  const attrs = { alpha: attributes.leakyreluAlpha };
  const activated = kernelFunc({ inputs, attrs, backend } as Parameters<tf.KernelFunc>[0]);
  backend.disposeIntermediateTensorInfo(product);
  return activated;
}
