/** How the kernels of the CPU backend are written down and registered. */
import * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import {
  type CpuKernelCall,
  plainKernel,
  replaceKernel as replace,
} from "../../device/kernels/kernel.ts";
import { DeviceError } from "../../core/errors.ts";

/** What a kernel receives. */
export interface KernelCall<A> {
  /** Input tensors by name. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Plain values by name. */
  readonly attrs: A;
  /** The backend that holds the tensors. */
  readonly backend: CpuBackend;
  /** Makes an output whose elements are not set; freed again if the kernel throws. */
  readonly allocate: (shape: number[], dtype: "float32" | "int32") => tf.TensorInfo;
}

/** A kernel: makes its outputs by `allocate` and fills them. */
export type CpuKernel<A> = (call: KernelCall<A>) => tf.TensorInfo | tf.TensorInfo[];

/**
 * Registers a kernel for the CPU backend, in place of one of the same name.
 *
 * @param kernelName Name by which ops run it.
 * @param kernel The kernel.
 */
export function registerCpuKernel<A>(kernelName: string, kernel: CpuKernel<A>): void {
  replace(kernelName, (call) => {
    const { backend } = call;
    const outputs: tf.TensorInfo[] = [];
    const allocate: KernelCall<A>["allocate"] = (shape, dtype) => {
      const output = backend.allocate(shape, dtype);
      outputs.push(output);
      return output;
    };
    try {
      return kernel({ ...call as unknown as KernelCall<A>, allocate });
    } catch (error) {
      for (const { dataId } of outputs) backend.disposeData(dataId);
      throw error;
    }
  });
}

/**
 * Registers a fast path in front of tfjs's own kernel of a name.
 *
 * @param kernelName tfjs's name of the kernel.
 * @param fast The fast path; answers undefined when the call is not its case.
 */
export function replaceKernel<A>(
  kernelName: string,
  fast: (call: KernelCall<A>) => tf.TensorInfo | undefined,
): void {
  registerCpuKernel<A>(
    kernelName,
    (call) => fast(call) ?? plainKernel(kernelName, call as unknown as CpuKernelCall),
  );
}

/**
 * Lends a block of the heap to a kernel.
 *
 * @param backend Whose heap.
 * @param numFloats Size of the block in float32 values.
 * @param run Receives the block's byte offset and a view on it; its content is not set.
 * @returns What `run` returns.
 * @throws {DeviceError} When the heap has no room.
 */
export function withScratch<R>(
  backend: CpuBackend,
  numFloats: number,
  run: (pointer: number, values: Float32Array) => R,
): R {
  const take = () => backend.heap.alloc(numFloats * 4);
  const pointer = take() || (backend.makeRoom() ? take() : 0);
  if (pointer === 0) {
    throw new DeviceError(
      `Cannot run a kernel as its scratch must fit into the heap: ${
        numFloats * 4
      } bytes asked for, ` +
        `${backend.heap.stats.liveBytes} in use`,
      { remedy: "Take smaller batches (fewer or shorter rows), or dispose tensors earlier" },
    );
  }
  try {
    return run(pointer, new Float32Array(backend.heap.buffer, pointer, numFloats));
  } finally {
    backend.heap.free(pointer);
  }
}

/** Elements of simple arithmetic that are worth a thread of their own, see `CpuBackend.spread`. */
export const ELEMENTS = 1 << 16;

/**
 * Number of elements of a tensor.
 *
 * @param info The tensor.
 * @returns The product of its shape.
 */
export function sizeOf(info: tf.TensorInfo): number {
  return tf.util.sizeFromShape(info.shape);
}
