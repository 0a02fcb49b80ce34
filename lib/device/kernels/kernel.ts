import * as tf from "@tensorflow/tfjs";
import { CPU_BACKEND, type CpuBackend } from "../cpu_backend.ts";

/** What a kernel of the CPU backend is called with. */
export interface CpuKernelCall {
  /** Tensors by argument name; for kernels of a list of tensors, by index. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Plain values by argument name; each kernel knows their types. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The backend in use. */
  readonly backend: CpuBackend;
}

/** A kernel of the CPU backend. */
export type CpuKernel = (call: CpuKernelCall) => tf.TensorInfo | tf.TensorInfo[];

/**
 * Registers a kernel for the CPU backend, in place of the one of that name if there is one.
 *
 * @param kernelName Name under which tfjs asks for it, such as `tf.BatchMatMul`.
 * @param kernel The kernel.
 */
export function replaceKernel(kernelName: string, kernel: CpuKernel): void {
  if (tf.getKernel(kernelName, CPU_BACKEND) !== undefined) {
    tf.unregisterKernel(kernelName, CPU_BACKEND);
  }
  const kernelFunc = kernel as unknown as tf.KernelFunc;
  tf.registerKernel({ kernelName, backendName: CPU_BACKEND, kernelFunc });
}

/**
 * Runs the kernel of tfjs's plain `cpu` backend: for types and cases that ours leaves to it.
 *
 * @param kernelName Name of the kernel.
 * @param call The call to pass on.
 * @returns Its result.
 */
export function plainKernel(
  kernelName: string,
  call: CpuKernelCall,
): tf.TensorInfo | tf.TensorInfo[] {
  const config = tf.getKernel(kernelName, "cpu");
  return config.kernelFunc(call as unknown as Parameters<tf.KernelFunc>[0]);
}

/**
 * Whether a tensor's elements are numbers that lie in one typed array of its own type.
 *
 * @param info The tensor.
 * @returns True for float32 and int32.
 */
export function isNumeric(
  info: tf.TensorInfo,
): info is tf.TensorInfo & { dtype: "float32" | "int32" } {
  return info.dtype === "float32" || info.dtype === "int32";
}

/**
 * The elements of a numeric tensor.
 *
 * @param backend The backend that holds it.
 * @param info A float32 or int32 tensor.
 * @returns A view that is valid until the tensor is disposed.
 */
export function elementsOf(backend: CpuBackend, info: tf.TensorInfo): Float32Array | Int32Array {
  return info.dtype === "int32" ? backend.int32(info) : backend.float32(info);
}
