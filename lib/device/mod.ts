/**
 * Devices: a tfjs backend on native memory with native matrix products, WebGPU, and the choice between
 * them.
 *
 * @module
 */
export {
  type BlasCandidate,
  blasCandidates,
  type BlasKind,
  type Platform,
} from "./blas_candidates.ts";
export { type BlasSearch, findBlas, type ProductsChoice } from "./blas.ts";
export {
  CPU_BACKEND,
  CpuBackend,
  type CpuBackendOptions,
  type TensorProduct,
} from "./cpu_backend.ts";
export type { SpreadOptions } from "./cut_range.ts";
export {
  type DeviceChoice,
  type DeviceOptions,
  type DeviceReport,
  formatDeviceReport,
  startDevice,
} from "./device.ts";
export { type AddressedProduct, type GemmOptions, type Products } from "./gemm.ts";
export { ignoresHangUp } from "./hang_up.ts";
export { createHeap, type Heap, type HeapStats } from "./heap.ts";
export { noteWrite, numWrites } from "./in_place_writes.ts";
export {
  type CpuKernel,
  type CpuKernelCall,
  elementsOf,
  isNumeric,
  plainKernel,
  replaceKernel,
} from "./kernels/kernel.ts";
export { panelWidth } from "./panel_width.ts";
export { CopyingBackend } from "./copying_backend.ts";
export { PackedBackend } from "./packed_backend.ts";
export {
  type PackedFormat,
  type PackedMatrix,
  packedRowBytes,
  packedRows,
  type RoundedFormat,
} from "./packed_matrix.ts";
export { type ProductDtype, startedProductDtype } from "./product_dtype.ts";
export { blockSignals, receiveSignals, unblockSignals } from "./signal_mask.ts";
export { subgroupHeader } from "./subgroups.ts";
export { type KernelArguments, type WorkerPool } from "./worker_pool.ts";
export { type KernelExports, type KernelFunction } from "./wasm_kernels.ts";
export { WEBGPU_BACKEND } from "./webgpu.ts";
