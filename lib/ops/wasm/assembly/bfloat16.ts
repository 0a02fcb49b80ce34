// float32 to bfloat16: the upper half of the bits, rounded to nearest, ties to even.

// As vectors in memory, like the constants in `simd.ts`: 1, 0x7fff, and the bit that makes a NaN quiet.
const WORDS = memory.data<u32>([
  1, 1, 1, 1,
  0x7fff, 0x7fff, 0x7fff, 0x7fff,
  0x400000, 0x400000, 0x400000, 0x400000,
], 16);

/** Four values as bfloat16 in the upper halves of four words. */
// @ts-ignore: decorator
@inline
function round4(x: v128): v128 {
  const odd = v128.and(i32x4.shr_u(x, 16), v128.load(WORDS));
  const rounded = i32x4.add(i32x4.add(x, v128.load(WORDS, 16)), odd);
  // Rounding could carry a NaN over into infinity; a NaN is made quiet instead.
  const quiet = v128.or(x, v128.load(WORDS, 32));
  return v128.bitselect(rounded, quiet, f32x4.eq(x, x));
}

/** y = x in bfloat16, n values. */
export function toBfloat16(x: usize, y: usize, n: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= n; i += 8) {
    const at = (i as usize) << 2;
    const low = round4(v128.load(x + at));
    const high = round4(v128.load(x + at, 16));
    v128.store(
      y + (at >> 1),
      v128.shuffle<u16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15),
    );
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    const word = i32x4.extract_lane(round4(f32x4.splat(load<f32>(x + at))), 0);
    store<u16>(y + (at >> 1), (word >>> 16) as u16);
  }
}
