import { cpus } from "node:os";
import type { Products } from "./gemm.ts";

/** A module of one function: a · b + c by `f32x4.relaxed_madd`, as our kernels have it. */
// deno-fmt-ignore
const RELAXED_MADD = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d, // (f32, f32, f32) -> f32
  3, 2, 1, 0,
  7, 5, 1, 1, 0x66, 0, 0, // exported as f
  10, 22, 1, 20, 0,
  0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13, // each argument in all lanes
  0xfd, 0x85, 2, // f32x4.relaxed_madd
  0xfd, 0x1f, 0, 0x0b, // its first lane
]);

/**
 * Whether WebAssembly multiplies and adds with one rounding here. The processor decides: those of x86
 * without FMA round twice, and all results end in other bits.
 *
 * @returns True where the sum is rounded once.
 */
export function fusesMultiplyAdd(): boolean {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(RELAXED_MADD));
  const multiplyAdd = exports["f"] as (a: number, b: number, c: number) => number;
  // (1 + 2^-12)² = 1 + 2^-11 + 2^-24, whose last term a product that is rounded to float32 loses.
  const a = 1 + 2 ** -12;
  return multiplyAdd(a, a, -(1 + 2 ** -11)) === 2 ** -24;
}

/**
 * What of this processor decides the bits of results: the kernels that the library of products chooses
 * for it, and how WebAssembly adds. Libraries that do not tell (Accelerate, MKL) may choose by anything,
 * so that the processor's model stands in for their choice. oneDNN and OpenBLAS were run on Linux only.
 *
 * @param products The library in use.
 * @returns Such as `avx512_core_bf16, fused multiply-add`.
 */
export function instructionsOf(products: Pick<Products, "kind" | "instructions">): string {
  const own = fusesMultiplyAdd() ? "fused multiply-add" : "separate multiply and add";
  return products.kind === undefined ? own : `${products.instructions ?? processorModel()}, ${own}`;
}

function processorModel(): string {
  try {
    return cpus()[0]?.model.trim() || Deno.build.arch;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return Deno.build.arch;
    throw error;
  }
}
