// Where a thread's own data lies. Every thread of the pool owns one MiB at the memory's beginning, its
// region: scratch blocks, and a block by which it is told what to do (lib/device/pool_block.ts). The
// compiler's static data lie in the first 64 KiB of the first region. Tensors begin behind the regions,
// so no kernel needs an allocator.

/** Where this thread's region begins. */
let region: usize = 0;

/** Tells an instance which region is its own; once, before any kernel runs in another than the first. */
export function useRegion(start: usize): void {
  region = start;
}

/** Packed block of the left operand of a product, up to 128 KiB; also a scratch row of reductions. */
// @ts-ignore: decorator
@inline export function scratchA(): usize {
  return region + 0x10000;
}

/** Packed block of the right operand, up to 768 KiB. */
// @ts-ignore: decorator
@inline export function scratchB(): usize {
  return region + 0x30000;
}

/** One tile of the product at a ragged edge. */
// @ts-ignore: decorator
@inline export function scratchTile(): usize {
  return region + 0xF0000;
}

/** Most float32 values of a scratch row at {@link scratchA}. */
// @ts-ignore: decorator
@inline export const SCRATCH_ROW: u32 = 32768;
