/**
 * A worker of a pool: runs kernels on the shared memory as its block says, until the program ends.
 *
 * @module
 */
import { workerData } from "node:worker_threads";
import { openProducts } from "./open_products.ts";
import { blockSignals } from "./signal_mask.ts";
import { awaitChange, CONTROL, OPEN_PRODUCTS, poolBlock, REGION_BYTES } from "./pool_block.ts";
import { instantiateKernels } from "./wasm_kernels.ts";

/** What a pool hands to its workers. */
export interface PoolWorkerData {
  /** The compiled kernels. */
  readonly module: WebAssembly.Module;
  /** The heap's memory. */
  readonly memory: WebAssembly.Memory;
  /** Index of this thread, from 1. */
  readonly thread: number;
  /** How long to look for the next job before sleeping, in milliseconds. */
  readonly lookMs: number;
}

blockSignals();
const { module, memory, thread, lookMs } = workerData as PoolWorkerData;
const { control, args, result, text } = poolBlock(memory.buffer as SharedArrayBuffer, thread);
const kernels = instantiateKernels(module, memory);
kernels.exports["useRegion"]!(thread * REGION_BYTES);
const functions = WebAssembly.Module.exports(module).map(({ name }) => kernels.exports[name]!);

function work(): void {
  const index = control[CONTROL.kernel]!;
  const length = control[CONTROL.length]!;
  if (index === OPEN_PRODUCTS) {
    const opened = length === 0
      ? undefined
      : openProducts(JSON.parse(new TextDecoder().decode(text.slice(0, length))));
    kernels.useProducts(opened ?? null);
  } else {
    result[0] = functions[index]!(...args.subarray(0, length));
  }
}

for (let job = 0;;) {
  awaitChange(control, CONTROL.posted, { value: job, lookMs });
  job = Atomics.load(control, CONTROL.posted);
  try {
    work();
  } catch (error) {
    const message = new TextEncoder().encode(String(error)).subarray(0, text.length);
    text.set(message);
    control[CONTROL.length] = message.length;
    control[CONTROL.failed] = 1;
  }
  Atomics.store(control, CONTROL.done, job);
  Atomics.notify(control, CONTROL.done);
}
