import { DeviceError } from "../core/errors.ts";

/** A function of the kernel module: numbers in (addresses are byte offsets in the heap), a number out. */
export type KernelFunction = (...args: number[]) => number;

/** What the WebAssembly kernel module exports. */
export interface KernelExports {
  /**
   * Row-major single-precision product: (transA, transB, m, n, k, alpha, aPtr, lda, bPtr, ldb, beta,
   * cPtr, ldc); transA and transB are 0 or 1, strides count elements, beta 0 leaves C unread.
   */
  readonly gemm: KernelFunction;
  /** The other kernels, by name. */
  readonly [name: string]: KernelFunction;
}

const MODULE_URL = new URL("../ops/wasm/kernels.wasm", import.meta.url);

/**
 * Instantiates the kernel module upon a heap's memory.
 *
 * @param memory The heap's memory, which the module imports.
 * @param options.url Where the module lies; default: beside the ops, in the repository.
 * @returns Its exported functions.
 * @throws {DeviceError} When the file is missing, cannot be read or does not fit.
 */
export function loadKernels(
  memory: WebAssembly.Memory,
  options: { url?: URL } = {},
): KernelExports {
  const url = options.url ?? MODULE_URL;
  try {
    const module = new WebAssembly.Module(Deno.readFileSync(url));
    const abort = (): never => {
      throw new DeviceError("Cannot run a WebAssembly kernel as it met a state it forbids: abort", {
        thing: url.href,
      });
    };
    const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
    return instance.exports as unknown as KernelExports;
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    throw new DeviceError(
      `Cannot load the WebAssembly kernels as a module on the heap: ${actual}`,
      {
        thing: url.href,
        remedy: "Restore lib/ops/wasm/kernels.wasm (it is committed) and allow reading it " +
          "(--allow-read)",
        cause: error,
      },
    );
  }
}
