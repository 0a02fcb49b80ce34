/** Copies of weights in float16 that products read in their place, at half the traffic of memory. */
import type * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../../core/errors.ts";
import { numWrites } from "../../device/in_place_writes.ts";
import type { GpuBackend } from "./dispatch.ts";
import { type GpuKernelCall, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

/** How the weights that products read are stored on the GPU; everything else stays float32. */
export type ProductDtype = "float32" | "float16";

/** Elements below which a copy saves less than the pass that makes it. */
const MIN_SIZE = 4096;

interface Copy {
  readonly buffer: GPUBuffer;
  /** Writes to the weight before the copy was made. */
  readonly writes: number;
}

interface Copies {
  dtype: ProductDtype;
  readonly byWeight: Map<object, Copy>;
}

const STATES = new WeakMap<GpuBackend, Copies>();

// Two numbers become one word, so that buffers of any length can be written.
const TO_HALF = elementwise("toHalf", {
  buffers: { source: {}, y: { type: "u32", writes: true } },
  args: { count: "u32" },
  body: `
    let second = select(0.0, source[min(2u * i + 1u, args.count - 1u)], 2u * i + 1u < args.count);
    let pair = vec2(source[2u * i], second);
    y[i] = pack2x16float(clamp(pair, vec2(-65504.0), vec2(65504.0)));`,
});

/**
 * Sets how the weights of products are stored from now on. With float16 a weight is rounded once, on the
 * device, when it is first used and again after it has changed: 11 significant bits instead of 24, and
 * values beyond ±65504 become these. Products are accumulated in float32; the weights themselves, their
 * gradients and everything else stay float32.
 *
 * @param backend tfjs's WebGPU backend.
 * @param dtype The type; float32 until this is called.
 * @throws {DeviceError} If the GPU has no float16.
 */
export function setProductDtype(backend: GpuBackend, dtype: ProductDtype): void {
  if (dtype === "float16" && !backend.device.features.has("shader-f16")) {
    throw new DeviceError(
      "Cannot store weights in float16 as the GPU must have shader-f16: it has not",
      { thing: dtype, remedy: "Take --dtype float32" },
    );
  }
  const state = stateOf(backend);
  state.dtype = dtype;
  if (dtype === "float32") { for (const weight of [...state.byWeight.keys()]) drop(state, weight); }
}

/**
 * The copy of a weight that a product shall read.
 *
 * @param call The kernel in whose course it is read.
 * @param weight The weight.
 * @returns A buffer of float16, or undefined where the weight itself is to be read.
 */
export function storedCopy<A>(
  call: GpuKernelCall<A>,
  weight: tf.TensorInfo,
): GPUBuffer | undefined {
  const state = STATES.get(call.backend);
  const size = sizeOf(weight);
  if (state === undefined || state.dtype === "float32" || size < MIN_SIZE) return undefined;
  const writes = numWrites(weight.dataId);
  const known = state.byWeight.get(weight.dataId);
  if (known !== undefined && known.writes === writes) return known.buffer;
  const words = Math.ceil(size / 2);
  const buffer = known?.buffer ?? call.backend.device.createBuffer({
    size: Math.ceil(words / 2) * 8, // whole vectors of four
    usage: GPUBufferUsage.STORAGE,
  });
  state.byWeight.set(weight.dataId, { buffer, writes });
  call.runElementwise(TO_HALF, { source: weight, y: buffer }, { size: words, count: size });
  return buffer;
}

/**
 * Bytes that copies take on the GPU; tfjs does not count them.
 *
 * @param backend tfjs's WebGPU backend.
 * @returns Their sum.
 */
export function storedCopyBytes(backend: GpuBackend): number {
  let bytes = 0;
  for (const { buffer } of STATES.get(backend)?.byWeight.values() ?? []) bytes += buffer.size;
  return bytes;
}

function stateOf(backend: GpuBackend): Copies {
  let state = STATES.get(backend);
  if (state === undefined) {
    STATES.set(backend, state = { dtype: "float32", byWeight: new Map() });
    // A copy goes when its weight does. tfjs frees a tensor only after what was queued with it, and
    // numbers the data of tensors, so that nobody else comes to have its id.
    const release = backend.releaseResource.bind(backend);
    const known = state;
    backend.releaseResource = (dataId) => {
      drop(known, dataId);
      release(dataId);
    };
  }
  return state;
}

function drop({ byWeight }: Copies, weight: object): void {
  // Not destroyed: queued commands may use it. It is freed when they and the garbage collector are done.
  byWeight.delete(weight);
}
