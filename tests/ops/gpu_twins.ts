/**
 * Twins of an op on WebGPU: its kernels against its plain reference on tfjs's own `cpu` backend, values and
 * gradients.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import { type DeviceOptions, startDevice } from "../../lib/device/mod.ts";
import type { GpuBackend } from "../../lib/ops/webgpu/gpu_backend.ts";
import { evaluate, type Op, relativeError, type Values } from "./twins.ts";

/** Whether there is a WebGPU device, software included; says so loudly if there is none. */
export const hasWebgpu: boolean = await startDevice("webgpu", { allowSoftwareAdapter: true })
  .then(({ name }) => {
    console.log(`webgpu: ${name}`);
    return true;
  }, (error) => {
    console.warn(`SKIPPED: kernels on webgpu, as it does not start: ${error}`);
    return false;
  });

/** tfjs's WebGPU backend; makes it the current one. */
export async function gpuBackend(): Promise<GpuBackend> {
  await tf.setBackend("webgpu");
  return tf.backend() as unknown as GpuBackend;
}

/** Starts WebGPU anew, with choices of a test's own; what was on it before is gone. */
export async function restartGpu(options: DeviceOptions): Promise<GpuBackend> {
  await startDevice("webgpu", { allowSoftwareAdapter: true, ...options });
  return await gpuBackend();
}

/** Registers a test that starts a GPU, whose driver keeps threads and handles until the program ends. */
export function restartingTest(name: string, fn: () => Promise<void>, has = hasWebgpu): void {
  Deno.test({ name, fn, ignore: !has, sanitizeResources: false, sanitizeOps: false });
}

/** Runs on WebGPU with fresh memory full of NaN, so that values which a kernel forgets show. */
export async function onPoisonedGpu<R>(run: () => Promise<R>): Promise<R> {
  const backend = await gpuBackend();
  const upload = backend.uploadToGPU;
  backend.uploadToGPU = (dataId) => {
    const { values, resource } = backend.tensorMap.get(dataId);
    upload.call(backend, dataId);
    if (values != null || resource != null) return;
    // Nothing queued uses a buffer that was free, so writing to it at once is in order.
    const buffer = backend.tensorMap.get(dataId).resource!;
    backend.device.queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(NaN));
  };
  try {
    return await run();
  } finally {
    backend.uploadToGPU = upload;
  }
}

/** Fails unless the op on WebGPU equals its reference in value and gradients, twice the same to the last
 * bit, and leaves nothing behind. */
export async function assertGpuTwins(
  { op, reference }: { readonly op: Op; readonly reference: Op },
  inputs: readonly Values[],
  options: { readonly name: string; readonly tolerance?: number },
): Promise<void> {
  const { name, tolerance = 5e-6 } = options;
  await tf.setBackend("cpu");
  const expected = await evaluate(reference, inputs);
  await onPoisonedGpu(async () => {
    const before = tf.memory();
    const actual = await evaluate(op, inputs);
    const again = await evaluate(op, inputs);
    const after = tf.memory();
    assertEquals(after.numTensors, before.numTensors, `${name}: tensors leaked`);
    assertEquals(after.numDataBuffers, before.numDataBuffers, `${name}: buffers leaked`);
    assertEquals(again, actual, `${name}: a second run differs`);
    actual.forEach((values, i) => {
      const error = relativeError(values, expected[i]!);
      const what = i === 0 ? "value" : `gradient of input ${i - 1}`;
      assert(error <= tolerance, `${name}: ${what} off by ${error}`);
    });
  });
}

/** Sizes: mostly small and odd ones, at times whole tiles, at times more than one. */
export const size = (max: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom(16, 32, 64),
    fc.integer({ min: 1, max }),
  );

/** Runs a property over shapes drawn at random, always the same ones. */
export function propertyTest<T>(
  name: string,
  shapes: fc.Arbitrary<T>,
  options: { readonly runs: number; readonly check: (shape: T, random: Random) => Promise<void> },
): void {
  Deno.test({
    name,
    ignore: !hasWebgpu,
    fn: async () => {
      let draw = 0;
      await fc.assert(
        fc.asyncProperty(shapes, (shape) => options.check(shape, Random.fromSeed(100 + draw++))),
        { seed: 7, numRuns: options.runs, endOnFailure: true },
      );
    },
  });
}
