/**
 * How a pool's main thread tells the others what to do: one block of shared memory per worker.
 *
 * @module
 */

/** Bytes that each thread owns at the beginning of the memory; see `lib/ops/wasm/assembly/layout.ts`. */
export const REGION_BYTES = 1 << 20;

/** Where in a region the block lies: behind the kernels' scratch. */
const BLOCK_OFFSET = 0xf8000;
/** Where the text of a command lies: in the kernels' scratch, which is free between two jobs. */
const TEXT_OFFSET = 0x10000;

/** Most arguments of a kernel. */
export const MAX_ARGUMENTS = 32;

/** Indices into {@link PoolBlock.control}. */
export const CONTROL = {
  /** Number of the newest job; the worker waits for it to change. */
  posted: 0,
  /** Number of the last job that is done. */
  done: 1,
  /** Which kernel to run, an index into the module's exports, or {@link OPEN_PRODUCTS}. */
  kernel: 2,
  /** How many arguments it has, or bytes of the command's text. */
  length: 3,
  /** 1 when the job failed; its message is the block's text. */
  failed: 4,
} as const;

/** In place of a kernel: open the library that the text names, or none if there is no text. */
export const OPEN_PRODUCTS = -1;

/** One worker's block. */
export interface PoolBlock {
  /** See {@link CONTROL}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** The kernel's arguments. */
  readonly args: Float64Array<SharedArrayBuffer>;
  /** What the kernel returned. */
  readonly result: Float64Array<SharedArrayBuffer>;
  /** Text of a command or of an error. */
  readonly text: Uint8Array<SharedArrayBuffer>;
}

/**
 * The block of a thread.
 *
 * @param buffer The pool's memory.
 * @param thread Index of the thread; 0 is the main one, which has no use for its block.
 * @returns Views on the block.
 */
export function poolBlock(buffer: SharedArrayBuffer, thread: number): PoolBlock {
  const region = thread * REGION_BYTES;
  const at = region + BLOCK_OFFSET;
  return {
    control: new Int32Array(buffer, at, 16),
    args: new Float64Array(buffer, at + 64, MAX_ARGUMENTS),
    result: new Float64Array(buffer, at + 64 + MAX_ARGUMENTS * 8, 1),
    text: new Uint8Array(buffer, region + TEXT_OFFSET, 4096),
  };
}

/** Looks at shared memory before a thread goes to sleep; a look takes some nanoseconds. */
const LOOKS = 64;

/**
 * Waits until an entry of shared memory differs from a value: at first by looking, as the next job of a
 * training step comes within microseconds and waking a thread takes 40, then asleep.
 *
 * @param control The entries.
 * @param index Which one.
 * @param options The `value` to leave, and for how long to look before sleeping, in milliseconds.
 */
export function awaitChange(
  control: Int32Array<SharedArrayBuffer>,
  index: number,
  { value, lookMs }: { readonly value: number; readonly lookMs: number },
): void {
  const end = performance.now() + lookMs;
  do {
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.load(control, index) !== value) return;
    }
  } while (performance.now() < end);
  while (Atomics.load(control, index) === value) Atomics.wait(control, index, value);
}
