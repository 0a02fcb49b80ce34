/**
 * Copies of weights in 16 bits that products read in their place, at half the traffic of memory, on devices
 * started with such a dtype. A weight is rounded once, on the device, when it is first used and again after
 * it has changed. `float16` has 11 significant bits, and values beyond ±65504 become these; `bfloat16` has 8,
 * float32's range, and is exact for checkpoints that were published in it.
 */
import type * as tf from "@tensorflow/tfjs";
import { numWrites } from "../../device/in_place_writes.ts";
import { startedProductDtype } from "../../device/product_dtype.ts";
import { bindRange, mostBoundRows } from "./bindings.ts";
import type { GpuBackend } from "./gpu_backend.ts";
import { type GpuKernelCall, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";
import type { StorageDtype } from "./tile_load.ts";

/** Elements below which a copy saves less than the pass that makes it. */
const MIN_SIZE = 4096;

/** Where a product reads a matrix, and how it is stored there. */
export interface StoredMatrix {
  /** The buffer, or the tensor itself. */
  readonly buffer: GPUBuffer | tf.TensorInfo;
  /** Its elements. */
  readonly storage: StorageDtype;
}

interface Copy {
  readonly buffer: GPUBuffer;
  /** Writes to the weight before the copy was made. */
  readonly writes: number;
}

interface Copies {
  readonly storage: StorageDtype;
  readonly byWeight: Map<object, Copy>;
}

const STATES = new WeakMap<GpuBackend, Copies>();

const narrowing = (name: string, declarations: string) =>
  elementwise(name, {
    buffers: { source: {}, y: { type: "u32", writes: true } },
    args: { count: "u32", offSource: "u32", offY: "u32" },
    declarations,
    // Two numbers become one word, so that buffers of any length can be written.
    body: `
    let at = args.offSource + 2u * i;
    let isPair = 2u * i + 1u < args.count;
    let second = select(0.0, source[select(at, at + 1u, isPair)], isPair);
    y[args.offY + i] = narrow(vec2<f32>(source[at], second));`,
  });

const NARROWING = {
  float16: narrowing(
    "toFloat16",
    `
fn narrow(pair: vec2<f32>) -> u32 {
  return pack2x16float(clamp(pair, vec2<f32>(-65504.0), vec2<f32>(65504.0)));
}`,
  ),
  // To the nearest, the even one of two; what is no number must not become one by the carry.
  bfloat16: narrowing(
    "toBfloat16",
    `
fn upper(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let rounded = (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
  return select(rounded, (bits >> 16u) | 0x40u, (bits & 0x7fffffffu) > 0x7f800000u);
}
fn narrow(pair: vec2<f32>) -> u32 { return upper(pair.x) | (upper(pair.y) << 16u); }`,
  ),
};

/**
 * A matrix as it is.
 *
 * @param matrix The tensor.
 * @returns Itself, float32.
 */
export function plain(matrix: tf.TensorInfo): StoredMatrix {
  return { buffer: matrix, storage: "float32" };
}

/**
 * What a product shall read for a weight: a copy in 16 bits where the device was started with such a dtype.
 *
 * @param call The kernel in whose course it is read.
 * @param weight The weight.
 * @returns The copy, or the weight itself.
 */
export function storedWeight<A>(call: GpuKernelCall<A>, weight: tf.TensorInfo): StoredMatrix {
  const state = stateOf(call.backend);
  const size = sizeOf(weight);
  if (state.storage === "float32" || size < MIN_SIZE) return plain(weight);
  const { storage, byWeight } = state;
  call.backend.commandQueueOwnedIds.add(weight.dataId); // so that it outlives what is queued
  const writes = numWrites(weight.dataId);
  const known = byWeight.get(weight.dataId);
  if (known !== undefined && known.writes === writes) return { buffer: known.buffer, storage };
  const words = Math.ceil(size / 2);
  const buffer = known?.buffer ?? call.backend.device.createBuffer({
    size: Math.ceil(words / 2) * 8, // whole vectors of four
    usage: GPUBufferUsage.STORAGE,
  });
  byWeight.set(weight.dataId, { buffer, writes });
  // In parts where the weight is too large to bind.
  const most = mostBoundRows(call.backend, 1);
  for (let first = 0; first < size; first += most) {
    const count = Math.min(most, size - first);
    const source = bindRange(call.backend, weight, { first, count });
    const y = bindRange(call.backend, buffer, { first, count, bytes: 2 });
    call.runElementwise(NARROWING[storage], { source: source.buffer, y: y.buffer }, {
      size: Math.ceil(count / 2),
      count,
      offSource: source.first,
      offY: y.first / 2,
    });
  }
  return { buffer, storage };
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
  const known = STATES.get(backend);
  if (known !== undefined) return known;
  const state: Copies = { storage: startedProductDtype(backend), byWeight: new Map() };
  STATES.set(backend, state);
  // A copy goes when its weight does, which is after what was queued with it has been submitted. tfjs never
  // gives the id of freed data to other data.
  const release = backend.releaseResource.bind(backend);
  backend.releaseResource = (dataId) => {
    state.byWeight.get(dataId)?.buffer.destroy();
    state.byWeight.delete(dataId);
    release(dataId);
  };
  return state;
}
