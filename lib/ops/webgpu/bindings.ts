/** What the buffers of a program are bound to: tensors, buffers, and parts of those too large to bind. */
import * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../../core/errors.ts";
import type { GpuBackend } from "./gpu_backend.ts";

/** Part of a tensor or buffer, for programs that touch no more of it. */
export interface Part {
  /** What it is part of. */
  readonly of: tf.TensorInfo | GPUBuffer;
  /** Bytes before it; a multiple of {@linkcode ALIGNMENT}. */
  readonly offset: number;
  /** Its bytes; a multiple of 4. */
  readonly size: number;
}

/** What a buffer of a program can be bound to. */
export type Bindable = tf.TensorInfo | GPUBuffer | Part;

/** Bytes at whose multiples every device can bind. */
const ALIGNMENT = 256;
/** Rows of any width after which a row starts where it can be bound, in 16 bits as well. */
const ALIGNED_ROWS = 128;

/** Bound in place of tensors without elements, which cannot be bound. */
const PLACEHOLDERS = new WeakMap<GPUDevice, GPUBuffer>();

/**
 * Most rows of a matrix that can be bound at once, as a multiple of 128.
 *
 * @param backend tfjs's WebGPU backend.
 * @param width Elements of a row, float32.
 * @returns At least 128, though those may be too many already.
 */
export function mostBoundRows({ device }: GpuBackend, width: number): number {
  const rows = device.limits.maxStorageBufferBindingSize / 4 / Math.max(1, width);
  return Math.max(1, Math.floor(rows / ALIGNED_ROWS)) * ALIGNED_ROWS;
}

/**
 * Binds neighbouring elements: all of a tensor or buffer where the device can, else just those.
 *
 * @param backend tfjs's WebGPU backend.
 * @param of The tensor or buffer.
 * @param range The first element, their number, and the bytes of each (4 by default).
 * @returns What to bind, and where in it the first element stands.
 */
export function bindRange(
  { device }: GpuBackend,
  of: tf.TensorInfo | GPUBuffer,
  range: { readonly first: number; readonly count: number; readonly bytes?: number },
): { readonly buffer: Bindable; readonly first: number } {
  const { first, count, bytes = 4 } = range;
  if (bytesOf(of) <= device.limits.maxStorageBufferBindingSize) return { buffer: of, first };
  const offset = Math.floor(first * bytes / ALIGNMENT) * ALIGNMENT;
  const size = Math.ceil(((first + count) * bytes - offset) / 4) * 4;
  return { buffer: { of, offset, size }, first: first - offset / bytes };
}

/**
 * The binding of a buffer. A tensor gets its memory on the device and outlives what is queued.
 *
 * @param backend tfjs's WebGPU backend.
 * @param bindable What to bind.
 * @param names Names of the program and of the buffer in it.
 * @returns Entry of a bind group.
 * @throws {DeviceError} If it is larger than the device can bind.
 */
export function bindingOf(
  backend: GpuBackend,
  bindable: Bindable,
  names: { readonly program: string; readonly buffer: string },
): GPUBufferBinding {
  const { device } = backend;
  const [whole, part] = "of" in bindable ? [bindable.of, bindable] : [bindable, undefined];
  const bytes = part?.size ?? bytesOf(whole);
  const limit = device.limits.maxStorageBufferBindingSize;
  if (bytes > limit) {
    const shape = "dataId" in whole ? ` [${whole.shape.join(", ")}]` : "";
    throw new DeviceError(
      `Cannot run ${names.program} as a tensor must have at most ${limit} bytes on this GPU: ` +
        `${names.buffer}${shape} has ${bytes}`,
      { thing: names.program, remedy: "Take smaller batches or a smaller model, or --device cpu" },
    );
  }
  if (bytes === 0) return { buffer: placeholder(device) };
  const buffer = "dataId" in whole ? bufferOf(backend, whole.dataId) : whole;
  return part === undefined ? { buffer } : { buffer, offset: part.offset, size: bytes };
}

function bufferOf(backend: GpuBackend, dataId: object): GPUBuffer {
  backend.uploadToGPU(dataId);
  backend.commandQueueOwnedIds.add(dataId);
  return backend.tensorMap.get(dataId).resource!;
}

function bytesOf(whole: tf.TensorInfo | GPUBuffer): number {
  // Tensors are float32 and int32 only.
  return "dataId" in whole ? tf.util.sizeFromShape(whole.shape) * 4 : whole.size;
}

function placeholder(device: GPUDevice): GPUBuffer {
  let buffer = PLACEHOLDERS.get(device);
  if (buffer === undefined) {
    buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
    PLACEHOLDERS.set(device, buffer);
  }
  return buffer;
}
