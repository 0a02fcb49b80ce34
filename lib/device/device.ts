import * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../core/errors.ts";
import { findBlas, type ProductsChoice } from "./blas.ts";
import { CPU_BACKEND, CpuBackend } from "./cpu_backend.ts";
import { readEnvironment } from "./environment.ts";
import type { Products } from "./gemm.ts";
import { createHeap } from "./heap.ts";
import { instructionsOf } from "./instructions.ts";
import "./kernels/register.ts";
import { noteProductDtype, type ProductDtype } from "./product_dtype.ts";
import { blockSignals } from "./signal_mask.ts";
import { threadCount } from "./thread_count.ts";
import { findAdapter, startWebgpu } from "./webgpu.ts";

/** Where to compute: a real GPU if there is one, a GPU, or the processor. */
export type DeviceChoice = "auto" | "webgpu" | "cpu";

/** What was taken and why. */
export interface DeviceReport {
  /** Name of the tfjs backend in use. */
  readonly backend: "webgpu" | "maporl-cpu";
  /** The device in words: the GPU's name, or the kind of processor. */
  readonly name: string;
  /** What multiplies matrices: library, version and where it was found. */
  readonly products: string;
  /** What of the processor decides the bits of results, see {@link instructionsOf}; absent on a GPU. */
  readonly instructions?: string | undefined;
  /** Threads that kernels and large products run on; 1 on a GPU, which one thread feeds. */
  readonly numThreads: number;
  /** What the factors of a model's products are rounded to. */
  readonly dtype: ProductDtype;
  /** Why this device and this library. */
  readonly reason: string;
}

/** Choices of {@link startDevice}. */
export interface DeviceOptions {
  /** What multiplies matrices on the processor; default `"auto"`, which `MAPORL_BLAS` decides if it is set. */
  readonly products?: ProductsChoice;
  /** What the factors of a model's products are rounded to; default `"float32"`. On the processor all
   * factors, on a GPU the weights. Weights themselves, activations and sums stay float32. */
  readonly dtype?: ProductDtype;
  /** Whether `"webgpu"` may be a software renderer, for tests; default false, or true when the
   * environment has `MAPORL_SOFTWARE_GPU=1`. */
  readonly allowSoftwareAdapter?: boolean;
  /** Whether kernels on a GPU use subgroups where it has them, to compare; default true. */
  readonly subgroups?: boolean;
}

const NO_GPU_REMEDY =
  "Take --device cpu; or install the GPU's Vulkan driver (Linux) and check that it " +
  "is visible to this user";

async function startCpu(
  { products = "auto", dtype = "float32" }: DeviceOptions,
  why: string,
): Promise<DeviceReport> {
  const search = findBlas(products);
  let backend = tf.findBackend(CPU_BACKEND) as CpuBackend | null;
  if (backend === null) {
    const heap = createHeap({ numThreads: threadCount() });
    tf.registerBackend(CPU_BACKEND, () => new CpuBackend({ heap }));
    backend = tf.findBackend(CPU_BACKEND) as CpuBackend;
  }
  backend.useProducts(search.products); // starts the threads: what is missing shows now
  if (dtype === "float16") throw noFloat16();
  if (dtype === "bfloat16" && !backend.products.hasBfloat16) {
    throw noBfloat16(backend.products);
  }
  backend.productDtype = dtype;
  noteProductDtype(backend, dtype);
  await tf.setBackend(CPU_BACKEND);
  const { name, path } = backend.products;
  const { numThreads } = backend.pool;
  const skipped = search.skipped.map((reason) => `skipped ${reason}`);
  return {
    backend: CPU_BACKEND,
    name: `${Deno.build.arch} processor with ${navigator.hardwareConcurrency} threads`,
    products: path === "" ? name : `${name} (${path})`,
    instructions: instructionsOf(backend.products),
    numThreads,
    dtype,
    reason: [why, search.reason, ...skipped].filter((part) => part !== "").join("; "),
  };
}

function noFloat16(): DeviceError {
  return new DeviceError("Cannot compute in float16 as that takes a GPU: this is the processor", {
    thing: "float16",
    remedy: "Take --dtype bfloat16 or float32, or --device webgpu",
  });
}

function noBfloat16({ name, kind }: Pick<Products, "name" | "kind">): DeviceError {
  const isProcessor = kind === "onednn";
  return new DeviceError(
    isProcessor
      ? `Cannot compute in bfloat16 as ${name} refuses such products on this processor`
      : `Cannot compute in bfloat16 as the library of products must know it: ${name} does not`,
    {
      thing: "bfloat16",
      remedy: isProcessor
        ? "It takes a processor with AVX-512; or take --dtype float32"
        : "Install oneDNN (Debian: apt-get install libdnnl2; Fedora: dnf install onednn), " +
          "or take --dtype float32",
    },
  );
}

/**
 * Starts a device: registers its tfjs backend and makes it the current one. Can be called again to change
 * over; tensors stay where they are and move when they are used.
 *
 * @param choice Where to compute. `"auto"` never takes a software renderer.
 * @param options Library for the processor, and whether software may stand in for a GPU.
 * @returns What was taken and why; {@link formatDeviceReport} puts it into a line.
 * @throws {DeviceError} When the device or library asked for is not there or does not work.
 */
export async function startDevice(
  choice: DeviceChoice,
  options: DeviceOptions = {},
): Promise<DeviceReport> {
  blockSignals(); // before libraries and drivers start threads, which inherit it
  if (choice === "cpu") return await startCpu(options, "cpu asked for");
  const allowSoftware = options.allowSoftwareAdapter ??
    readEnvironment("MAPORL_SOFTWARE_GPU") === "1";
  const found = await findAdapter();
  if (choice === "auto" && (found === null || found.summary.isSoftware)) {
    const actual = found === null ? "no GPU found" : `${found.summary.description} is no real GPU`;
    return await startCpu(options, actual);
  }
  if (found === null) {
    throw new DeviceError("Cannot start webgpu as a GPU: none found", {
      thing: "webgpu",
      remedy: NO_GPU_REMEDY,
    });
  }
  const { adapter, summary } = found;
  if (summary.isSoftware && !allowSoftware) {
    throw new DeviceError(
      `Cannot start webgpu as a real GPU: ${summary.description} computes on the processor, slowly`,
      {
        thing: "webgpu",
        value: summary.description,
        remedy: `${NO_GPU_REMEDY}; for tests, MAPORL_SOFTWARE_GPU=1 permits it`,
      },
    );
  }
  const { dtype = "float32", subgroups = true } = options;
  const hasSubgroups = await startWebgpu(adapter, { dtype, subgroups });
  return {
    backend: "webgpu",
    name: summary.description,
    products: `WGSL kernels of maporl${hasSubgroups ? " with subgroups" : ""}`,
    numThreads: 1,
    dtype,
    reason: `${choice === "auto" ? "GPU found" : "webgpu asked for"}${
      summary.isSoftware ? ", a software renderer allowed" : ""
    }`,
  };
}

/**
 * Puts a report into the line that a run prints first.
 *
 * @param report What {@link startDevice} returned.
 * @returns One line without a line break.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDeviceReport } from "./device.ts";
 *
 * const line = formatDeviceReport({
 *   backend: "maporl-cpu",
 *   name: "x86_64 processor with 2 threads",
 *   products: "oneDNN 2.6.3 (libdnnl.so.2)",
 *   numThreads: 2,
 *   dtype: "float32",
 *   reason: "no GPU found; fastest library found",
 * });
 * assertEquals(
 *   line,
 *   "device: cpu (x86_64 processor with 2 threads), products by oneDNN 2.6.3 (libdnnl.so.2) " +
 *     "on 2 threads: no GPU found; fastest library found",
 * );
 * ```
 */
export function formatDeviceReport(report: DeviceReport): string {
  const { backend, name, products, numThreads, dtype, reason } = report;
  const device = backend === "webgpu" ? "webgpu" : "cpu";
  const threads = backend === "webgpu"
    ? ""
    : ` on ${numThreads} ${numThreads === 1 ? "thread" : "threads"}`;
  const rounded = dtype === "float32" ? "" : ` in ${dtype}`;
  return `device: ${device} (${name}), products by ${products}${threads}${rounded}: ${reason}`;
}
