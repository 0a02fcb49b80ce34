import type * as tf from "@tensorflow/tfjs";

/** What our kernels use of tfjs's WebGPU backend, some of it private there. */
export interface GpuBackend {
  /** The device. */
  readonly device: GPUDevice;
  /** Data of tensors by their ids. */
  readonly tensorMap: {
    get(dataId: object): { values: unknown; resource?: GPUBuffer | null };
  };
  /** Makes a tensor without values. */
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: unknown): tf.TensorInfo;
  /** Gives a tensor its memory on the device. */
  uploadToGPU(dataId: object): void;
  /** Frees a tensor as soon as nothing queued needs it. */
  disposeData(dataId: object): boolean;
  /** Starts recording commands if nothing is being recorded. */
  ensureCommandEncoderReady(): void;
  /** Ends the compute pass that is being recorded. */
  endComputePassEncoder(): void;
  /** Hands what was recorded to the device. */
  submitQueue(): void;
  /** Frees a tensor's memory on the device. */
  releaseResource(dataId: object): void;
  /** Records commands. */
  readonly commandEncoder: GPUCommandEncoder;
  /** Records dispatches, if a pass is open. */
  computePassEncoder: GPUComputePassEncoder | null;
  /** Tensors that queued commands use. */
  readonly commandQueueOwnedIds: WeakSet<object>;
  /** Dispatches recorded since the last submission. */
  dispatchCountInPass: number;
}
