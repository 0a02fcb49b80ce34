import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { DeviceError } from "../core/errors.ts";
import { readEnvironment, writeEnvironment } from "./environment.ts";
import { openGpuDevice } from "./gpu_device.ts";
import { numWrites } from "./in_place_writes.ts";
import { noteProductDtype, type ProductDtype } from "./product_dtype.ts";
import { subgroupHeader } from "./subgroups.ts";
import { type BufferPool, limitFreeBuffers } from "./webgpu_memory.ts";

/** Name under which tfjs registers its WebGPU kernels. */
export const WEBGPU_BACKEND = "webgpu";

/** Adapters that compute on the processor, should a driver not say so itself. */
const SOFTWARE_NAMES = /llvmpipe|lavapipe|swiftshader|softpipe|basic render|warp/i;

/** What of a GPU's description the choice depends on. */
export interface AdapterSummary {
  /** Name that the driver gives. */
  readonly description: string;
  /** Whether it is a software renderer. */
  readonly isSoftware: boolean;
}

/**
 * Describes an adapter.
 *
 * @param info Its `info`.
 * @returns Name, and whether it computes on the processor.
 */
export function summarizeAdapter(
  info: { description: string; vendor: string; isFallbackAdapter?: boolean },
): AdapterSummary {
  const description = info.description || info.vendor || "unnamed adapter";
  return {
    description,
    isSoftware: info.isFallbackAdapter === true || SOFTWARE_NAMES.test(description),
  };
}

/** Keeps drivers from looking for a desktop, which prints errors where there is none. EGL is not asked at
 * all: it computes nothing. Returns what undoes it. */
function quietLinuxProbe(): () => void {
  if (Deno.build.os !== "linux") return () => {};
  if (readEnvironment("DENO_WEBGPU_BACKEND") === undefined) {
    writeEnvironment("DENO_WEBGPU_BACKEND", "vulkan");
  }
  if (readEnvironment("XDG_RUNTIME_DIR") !== undefined) return () => {};
  const isSet = writeEnvironment("XDG_RUNTIME_DIR", "/run");
  return () => isSet && Deno.env.delete("XDG_RUNTIME_DIR");
}

/**
 * Asks for the fastest GPU.
 *
 * @returns The adapter and its description; null when there is none.
 */
export async function findAdapter(): Promise<
  { readonly adapter: GPUAdapter; readonly summary: AdapterSummary } | null
> {
  const restore = quietLinuxProbe();
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" })
    .finally(restore);
  if (!adapter) return null;
  return { adapter, summary: summarizeAdapter(adapter.info) };
}

/** Ends the program with an error that says what went wrong on the GPU: WebGPU itself would go on and
 * compute with zeros. */
function fail(message: string): void {
  queueMicrotask(() => {
    throw new DeviceError(`Cannot go on with WebGPU as its results would be wrong: ${message}`, {
      thing: WEBGPU_BACKEND,
      remedy: "Take smaller batches (the GPU's memory may be full), or --device cpu",
    });
  });
}

/** Choices of {@link startWebgpu}. */
export interface WebgpuOptions {
  /** What products read of weights; float32 by default. */
  readonly dtype?: ProductDtype;
  /** Whether kernels use subgroups where the GPU has them; true by default. */
  readonly subgroups?: boolean;
}

/**
 * Registers tfjs's WebGPU backend on an adapter and makes it the current one.
 *
 * Tensors on it are read with `await tensor.data()`: Deno has no synchronous way, so `dataSync()` throws
 * a {@link DeviceError} unless the values have never left the processor.
 *
 * @param adapter The GPU.
 * @param options What products read, and whether kernels use subgroups.
 * @returns Whether kernels use subgroups.
 * @throws {DeviceError} If the GPU has no float16 and it is asked for.
 */
export async function startWebgpu(
  adapter: GPUAdapter,
  { dtype = "float32", subgroups = true }: WebgpuOptions = {},
): Promise<boolean> {
  if (dtype === "float16" && !adapter.features.has("shader-f16")) {
    throw new DeviceError(
      "Cannot compute in float16 as the GPU must have the feature shader-f16: it has not",
      { thing: "float16", remedy: "Take --dtype bfloat16 or float32" },
    );
  }
  const device = await openGpuDevice(adapter, subgroups);
  device.addEventListener(
    "uncapturederror",
    (event) => fail((event as GPUUncapturedErrorEvent).error.message),
  );
  device.lost.then(({ reason, message }) => {
    if (reason !== "destroyed") fail(`the device was lost, ${message}`);
  });
  const backend = new WebGPUBackend(
    device as unknown as ConstructorParameters<typeof WebGPUBackend>[0],
    adapter.info as unknown as ConstructorParameters<typeof WebGPUBackend>[1],
  );
  noteProductDtype(backend, dtype);
  forbidSynchronousReads(backend);
  forgetStaleReads(backend);
  limitFreeBuffers(backend.bufferManager as unknown as BufferPool);
  // tfjs's own registration asks for an adapter again and takes whatever comes, software included.
  tf.removeBackend(WEBGPU_BACKEND);
  tf.registerBackend(WEBGPU_BACKEND, () => backend as unknown as tf.KernelBackend);
  await tf.setBackend(WEBGPU_BACKEND);
  return subgroupHeader(device) !== undefined;
}

function forbidSynchronousReads(backend: WebGPUBackend): void {
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    const data = backend.tensorMap.get(dataId);
    if (data.values != null || data.dtype === "string") return readSync(dataId);
    throw new DeviceError(
      "Cannot read a tensor synchronously as WebGPU answers later: dataSync()",
      {
        thing: WEBGPU_BACKEND,
        remedy: "Read it with `await tensor.data()`",
      },
    );
  };
}

/** Keeps a read from being remembered as a tensor's values when a kernel has written to the tensor while
 * the answer was under way: tfjs itself never writes to a tensor twice, ours do. */
function forgetStaleReads(backend: WebGPUBackend): void {
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    const before = numWrites(dataId);
    const values = await read(dataId);
    if (numWrites(dataId) !== before && backend.tensorMap.has(dataId)) {
      backend.tensorMap.get(dataId).values = null!;
    }
    return values;
  };
}
