import { Worker } from "node:worker_threads";
import { DeviceError } from "../core/errors.ts";
import type { Products } from "./gemm.ts";
import type { Heap } from "./heap.ts";
import {
  awaitChange,
  CONTROL,
  MAX_ARGUMENTS,
  OPEN_PRODUCTS,
  type PoolBlock,
  poolBlock,
} from "./pool_block.ts";
import type { PoolWorkerData } from "./pool_worker.ts";
import { type KernelExports, loadKernels } from "./wasm_kernels.ts";

/** Arguments of a kernel: addresses as byte offsets in the heap, sizes, numbers. */
export type KernelArguments = readonly number[];

/** Threads that run WebAssembly kernels on one heap: this one and its workers. */
export interface WorkerPool {
  /** This thread and its workers. */
  readonly numThreads: number;
  /** The kernels, to be run on this thread alone. */
  readonly kernels: KernelExports;
  /**
   * Runs a kernel once per list of arguments, at the same time; what the calls write must not overlap.
   *
   * @param kernel Name of the kernel.
   * @param calls At least one and at most `numThreads` lists of arguments.
   * @returns What each call returned, in order.
   * @throws {DeviceError} When a call fails; the others have ended then.
   */
  run(kernel: string, calls: readonly KernelArguments[]): number[];
  /**
   * Changes what multiplies matrices inside kernels, on every thread.
   *
   * @param products A native library; null for the WebAssembly product.
   */
  useProducts(products: Products | null): void;
}

/** How long idle threads look for work before they sleep. Between two kernels of a training step lie some
 * 10 µs; a worker that sleeps costs 40 µs at its next job, one that looks keeps its processor busy. */
const LOOK_MS = 0.2;
/** Longest start of a worker; it takes 60 ms. */
const START_MS = 20_000;

/**
 * Starts a pool.
 *
 * @param heap The memory, with room for the threads' regions.
 * @param numThreads At most the heap's `numThreads`.
 * @returns The pool; its workers end with the program.
 * @throws {DeviceError} When the kernels are missing or a worker does not start.
 */
export function createWorkerPool(heap: Heap, numThreads: number): WorkerPool {
  const kernels = loadKernels(heap.memory);
  const names = WebAssembly.Module.exports(kernels.module).map(({ name }) => name);
  const blocks = Array.from(
    { length: numThreads - 1 },
    (_, i) => startWorker(heap, { module: kernels.module, thread: i + 1 }),
  );

  return {
    numThreads,
    kernels: kernels.exports,
    run(kernel, calls) {
      if (calls.length === 1) return [kernels.exports[kernel]!(...calls[0]!)];
      const index = names.indexOf(kernel);
      const busy = blocks.slice(0, calls.length - 1);
      busy.forEach((block, i) => postKernel(block, index, calls[i + 1]!));
      try {
        const own = kernels.exports[kernel]!(...calls[0]!);
        return [own, ...busy.map((block) => finish(block, kernel))];
      } finally {
        // Also when a call failed: its caller frees memory that the others may still write to.
        busy.forEach(awaitEnd);
      }
    },
    useProducts(products) {
      kernels.useProducts(products);
      const { kind, path } = products ?? {};
      const text = kind === undefined ? "" : JSON.stringify({ kind, path });
      for (const block of blocks) postText(block, text);
      for (const block of blocks) finish(block, "the library of products");
    },
  };
}

function startWorker(
  heap: Heap,
  { module, thread }: Pick<PoolWorkerData, "module" | "thread">,
): PoolBlock {
  const block = poolBlock(heap.buffer, thread);
  const workerData: PoolWorkerData = { module, memory: heap.memory, thread, lookMs: LOOK_MS };
  const worker = new Worker(new URL("./pool_worker.ts", import.meta.url), { workerData });
  worker.unref(); // a waiting worker must not keep the program from ending
  // Its first job, which does nothing, shows that it has started.
  post(block, { kernel: OPEN_PRODUCTS, length: 0 });
  const started = performance.now();
  while (Atomics.load(block.control, CONTROL.done) === 0) {
    Atomics.wait(block.control, CONTROL.done, 0, 100);
    if (performance.now() - started < START_MS) continue;
    throw new DeviceError(
      `Cannot start the worker pool as thread ${thread} must answer: it did not`,
      {
        thing: "MAPORL_THREADS",
        remedy: "Set MAPORL_THREADS=1 to compute on one thread",
      },
    );
  }
  return block;
}

function post(
  { control }: PoolBlock,
  { kernel, length }: { readonly kernel: number; readonly length: number },
): void {
  control[CONTROL.kernel] = kernel;
  control[CONTROL.length] = length;
  control[CONTROL.failed] = 0;
  Atomics.add(control, CONTROL.posted, 1);
  Atomics.notify(control, CONTROL.posted);
}

function postKernel(block: PoolBlock, kernel: number, args: KernelArguments): void {
  if (args.length > MAX_ARGUMENTS) {
    throw new RangeError(
      `Cannot run a kernel as it may have ${MAX_ARGUMENTS} arguments at most: got ${args.length}`,
    );
  }
  block.args.set(args);
  post(block, { kernel, length: args.length });
}

function postText(block: PoolBlock, text: string): void {
  const bytes = new TextEncoder().encode(text);
  block.text.set(bytes);
  post(block, { kernel: OPEN_PRODUCTS, length: bytes.length });
}

/** Waits until a worker has done what it was given. */
function awaitEnd({ control }: PoolBlock): void {
  const posted = Atomics.load(control, CONTROL.posted);
  awaitChange(control, CONTROL.done, { value: posted - 1, lookMs: LOOK_MS });
}

/** Waits for a worker and returns its result. */
function finish(block: PoolBlock, what: string): number {
  awaitEnd(block);
  const { control, result, text } = block;
  if (control[CONTROL.failed] === 0) return result[0]!;
  const message = new TextDecoder().decode(text.slice(0, control[CONTROL.length]));
  throw new DeviceError(`Cannot run ${what} on every thread: ${message}`, { thing: what });
}
