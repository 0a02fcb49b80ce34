/**
 * Gives the CPU backend a kernel for every op: tfjs's plain ones, and ours where data are only moved or
 * multiplied. Runs once, when it is imported; other modules may replace more of them, before or after.
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

// What was registered before us was meant to take our kernels' place, as is what will be registered later.
const taken = new Set(tf.getKernelsForBackend(CPU_BACKEND).map(({ kernelName }) => kernelName));
for (const config of tf.getKernelsForBackend("cpu")) {
  const { kernelName } = config;
  const ours = OURS[kernelName];
  if (taken.has(kernelName)) continue;
  if (ours === undefined) tf.registerKernel({ ...config, backendName: CPU_BACKEND });
  else replaceKernel(kernelName, ours);
}
