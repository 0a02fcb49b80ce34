/**
 * Measures one item in a thread of its own: what goes wrong on a GPU ends the thread and not the
 * rest, and its memory is free again when the thread ends.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type DeviceOptions, startDevice } from "../../lib/device/mod.ts";
import { linear } from "../../lib/ops/mod.ts";
import type { GpuItem, GpuPrecision } from "./items.ts";
import { measure } from "./measure.ts";

/** What a worker is asked for. */
export interface GpuRequest {
  /** What is measured. */
  readonly item: GpuItem;
  /** Whether a software renderer will do. */
  readonly allowSoftware: boolean;
}

/** What it answers. */
export type GpuReply =
  | { readonly rate: number; readonly note: string; readonly device: string }
  | { readonly failure: string };

/** A float16 has 10 bits of mantissa: this rounds to 1. */
const NEARLY_ONE = 1 + 2 ** -12;
const SIZE = 256;

async function checkPrecision(dtype: GpuPrecision): Promise<void> {
  const product = tf.tidy(() =>
    linear(tf.fill([SIZE, SIZE], NEARLY_ONE) as tf.Tensor2D, tf.ones([SIZE, SIZE]) as tf.Tensor2D)
  );
  const sum = (await product.data())[0]!;
  product.dispose();
  const actual = Math.abs(sum - SIZE * NEARLY_ONE) < 0.01 ? "float32" : "float16";
  if (actual !== dtype) throw new RangeError(`products are computed in ${actual} here`);
}

async function answer({ item, allowSoftware }: GpuRequest): Promise<GpuReply> {
  try {
    const options: DeviceOptions & { readonly dtype: GpuPrecision } = {
      allowSoftwareAdapter: allowSoftware,
      dtype: item.dtype,
    };
    const { name, products } = await startDevice("webgpu", options);
    await checkPrecision(item.dtype);
    return { ...await measure(item), device: `${name}, ${products}` };
  } catch (error) {
    return { failure: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
  }
}

/** The part of a worker's global scope that is used here. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<GpuRequest>) => void;
  postMessage: (reply: GpuReply) => void;
};
scope.onmessage = async ({ data }) => scope.postMessage(await answer(data));
