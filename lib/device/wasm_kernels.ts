import { DeviceError } from "../core/errors.ts";
import type { AddressedProduct, Products } from "./gemm.ts";

/** A function of the kernel module: numbers in (addresses are byte offsets in the heap), a number out. */
export type KernelFunction = (...args: number[]) => number;

/** What the WebAssembly kernel module exports. */
export interface KernelExports {
  /**
   * Row-major product on the calling thread: (bfloat16, transA, transB, m, n, k, alpha, aPtr, lda, bPtr, ldb,
   * beta, cPtr, ldc); the flags are 0 or 1, strides count elements, beta 0 leaves C unread. With `bfloat16`
   * A and B are bfloat16, which needs a native library that knows it.
   */
  readonly product: KernelFunction;
  /** The other kernels, by name. */
  readonly [name: string]: KernelFunction;
}

/** The kernel module upon a memory, on one thread. */
export interface Kernels {
  /** The compiled module, which other threads can instantiate too. */
  readonly module: WebAssembly.Module;
  /** Its functions. */
  readonly exports: KernelExports;
  /**
   * Changes what multiplies matrices inside kernels.
   *
   * @param products A native library; null for the module's own product.
   */
  useProducts(products: Products | null): void;
}

const MODULE_URL = new URL("../ops/wasm/kernels.wasm", import.meta.url);

/**
 * Instantiates a compiled kernel module upon a memory; the module's region is the first until
 * `useRegion` gives it another.
 *
 * @param module The module.
 * @param memory The heap's memory, which the module imports.
 * @returns Its functions.
 */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  let multiply: AddressedProduct | undefined;
  const env = {
    memory,
    // WebAssembly hands over addresses as signed numbers.
    product: ((bfloat16, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
      multiply!(bfloat16, tA, tB, m, n, k, alpha, a >>> 0, lda, b >>> 0, ldb, beta, c >>> 0, ldc);
    }) as AddressedProduct,
    abort: (): never => {
      throw new DeviceError("Cannot run a WebAssembly kernel as it met a state it forbids: abort");
    },
  };
  const exports = new WebAssembly.Instance(module, { env })
    .exports as unknown as KernelExports;
  return {
    module,
    exports,
    useProducts(products) {
      multiply = products?.addressed?.(memory.buffer);
      exports["useNative"]!(multiply === undefined ? 0 : 1);
    },
  };
}

/**
 * Reads, compiles and instantiates the kernel module.
 *
 * @param memory The heap's memory.
 * @param options.url Where the module lies; default: beside the ops, in the repository.
 * @returns The module and its functions.
 * @throws {DeviceError} When the file is missing, cannot be read or does not fit.
 */
export function loadKernels(memory: WebAssembly.Memory, options: { url?: URL } = {}): Kernels {
  const url = options.url ?? MODULE_URL;
  try {
    return instantiateKernels(new WebAssembly.Module(Deno.readFileSync(url)), memory);
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
