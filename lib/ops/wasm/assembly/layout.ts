// Where the kernels' own data lies. The first MiB of the memory is theirs: the compiler's static data
// below 64 KiB, scratch blocks above it. Tensors begin at 1 MiB, so no kernel needs an allocator.

/** Packed block of the left operand of a product, up to 128 KiB; also a scratch row of reductions. */
// @ts-ignore: decorator
@inline export const PACK_A: usize = 0x10000;
/** Packed block of the right operand, up to 768 KiB. */
// @ts-ignore: decorator
@inline export const PACK_B: usize = 0x30000;
/** One tile of the product at a ragged edge. */
// @ts-ignore: decorator
@inline export const EDGE_TILE: usize = 0xF0000;
/** Most float32 values of a scratch row at PACK_A. */
// @ts-ignore: decorator
@inline export const SCRATCH_ROW: u32 = 32768;
