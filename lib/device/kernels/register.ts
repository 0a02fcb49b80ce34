/**
 * Gives the CPU backend a kernel for every op: tfjs's plain ones, and ours where data are only moved or
 * multiplied. Runs once, when it is imported; what is imported later may replace more of them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { CPU_BACKEND } from "../cpu_backend.ts";
import { batchMatMul } from "./batch_mat_mul.ts";
import { cast } from "./cast.ts";
import { concat, pack } from "./concat.ts";
import { fill, onesLike, zerosLike } from "./fill.ts";
import { fusedMatMul } from "./fused_mat_mul.ts";
import { type CpuKernel, replaceKernel } from "./kernel.ts";
import { slice, splitV, unpack } from "./slice.ts";

const OURS: Readonly<Record<string, CpuKernel>> = {
  [tf.BatchMatMul]: batchMatMul,
  [tf._FusedMatMul]: fusedMatMul,
  [tf.Cast]: cast,
  [tf.Concat]: concat,
  [tf.Pack]: pack,
  [tf.Fill]: fill,
  [tf.ZerosLike]: zerosLike,
  [tf.OnesLike]: onesLike,
  [tf.Slice]: slice,
  [tf.SplitV]: splitV,
  [tf.Unpack]: unpack,
};

for (const config of tf.getKernelsForBackend("cpu")) {
  // A kernel that someone registered before us was meant to be ours.
  if (tf.getKernel(config.kernelName, CPU_BACKEND) === undefined) {
    tf.registerKernel({ ...config, backendName: CPU_BACKEND });
  }
}
for (const [kernelName, kernel] of Object.entries(OURS)) replaceKernel(kernelName, kernel);
