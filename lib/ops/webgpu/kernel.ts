/** How the kernels of the WebGPU backend are written down and registered. */
import * as tf from "@tensorflow/tfjs";
import { noteWrite } from "../../device/in_place_writes.ts";
import { WEBGPU_BACKEND } from "../../device/webgpu.ts";
import { type Dispatch, dispatch } from "./dispatch.ts";
import type { GpuBackend } from "./gpu_backend.ts";
import { ELEMENTWISE_SIZE, type Program } from "./program.ts";

/** What a kernel receives. */
export interface GpuKernelCall<A> {
  /** Input tensors by name. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Plain values by name. */
  readonly attrs: A;
  /** tfjs's WebGPU backend, which holds the tensors. */
  readonly backend: GpuBackend;
  /** Makes an output whose elements are not set; freed again if the kernel throws. */
  readonly allocate: (shape: number[]) => tf.TensorInfo;
  /** Makes a tensor whose elements are not set and that is freed after the kernel. */
  readonly scratch: (shape: number[]) => tf.TensorInfo;
  /** Queues a program. */
  readonly run: (program: Program, options: Dispatch) => void;
  /** Queues a program that works on each element by itself. */
  readonly runElementwise: (
    program: Program,
    buffers: Dispatch["buffers"],
    args: Readonly<Record<string, number>> & { readonly size: number },
  ) => void;
  /** Lets programs write to an input: nobody may take older copies of its values for it. */
  readonly overwrite: (input: tf.TensorInfo) => void;
}

/** A kernel: makes its outputs by `allocate` and queues the programs that fill them. */
export type GpuKernel<A> = (call: GpuKernelCall<A>) => tf.TensorInfo | tf.TensorInfo[];

/**
 * Registers a kernel for tfjs's WebGPU backend. Nothing in a kernel waits for the device.
 *
 * @param kernelName Name by which ops run it.
 * @param kernel The kernel.
 */
export function registerGpuKernel<A>(kernelName: string, kernel: GpuKernel<A>): void {
  const kernelFunc = ({ inputs, attrs, backend }: {
    inputs: Readonly<Record<string, tf.TensorInfo>>;
    attrs: A;
    backend: GpuBackend;
  }) => {
    const outputs: tf.TensorInfo[] = [];
    const scratches: tf.TensorInfo[] = [];
    const allocateInto = (list: tf.TensorInfo[]) => (shape: number[]): tf.TensorInfo => {
      // What has no elements has no memory on the device either: its values are here already.
      const isEmpty = tf.util.sizeFromShape(shape) === 0;
      const values = isEmpty ? new Float32Array(0) : undefined;
      const info = backend.makeTensorInfo(shape, "float32", values);
      list.push(info);
      return info;
    };
    const run = (program: Program, options: Dispatch) => dispatch(backend, program, options);
    const call: GpuKernelCall<A> = {
      inputs,
      attrs,
      backend,
      run,
      allocate: allocateInto(outputs),
      scratch: allocateInto(scratches),
      runElementwise: (program, buffers, args) =>
        run(program, { buffers, args, groups: Math.ceil(args.size / ELEMENTWISE_SIZE) }),
      overwrite: ({ dataId }) => {
        backend.uploadToGPU(dataId);
        backend.tensorMap.get(dataId).values = null;
        noteWrite(dataId);
      },
    };
    try {
      return kernel(call);
    } catch (error) {
      for (const { dataId } of outputs) backend.disposeData(dataId);
      throw error;
    } finally {
      for (const { dataId } of scratches) backend.disposeData(dataId);
    }
  };
  tf.registerKernel({
    kernelName,
    backendName: WEBGPU_BACKEND,
    kernelFunc: kernelFunc as unknown as tf.KernelFunc,
  });
}

/**
 * Number of elements of a tensor.
 *
 * @param info The tensor.
 * @returns The product of its shape.
 */
export function sizeOf(info: tf.TensorInfo): number {
  return tf.util.sizeFromShape(info.shape);
}
