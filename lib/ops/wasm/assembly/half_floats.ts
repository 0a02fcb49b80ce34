// float16 to float32 and back.

/** 2^112: what lies between the exponents' zeros of the two types. */
const SHIFT: f32 = reinterpret<f32>(0x77800000);

/** The float16 number at an address. */
// @ts-ignore: decorator
@inline
export function half(at: usize): f32 {
  return f32x4.extract_lane(half4(i32x4.splat(load<u16>(at))), 0);
}

/** Four float16 numbers by their bits, in the lower halves of four words. */
// @ts-ignore: decorator
@inline
export function half4(bits: v128): v128 {
  const magnitude = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const scaled = f32x4.mul(magnitude, f32x4.splat(SHIFT));
  // What is infinite or no number has an exponent of ones in both.
  const isSpecial = i32x4.ge_u(magnitude, i32x4.splat(0x7c00 << 13));
  const special = v128.and(isSpecial, i32x4.splat(0x7f800000));
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  return v128.or(v128.or(scaled, special), sign);
}

/** A number's bits in float16: to the nearest, of two the even one; beyond 65504 infinite. */
export function toHalf(x: f32): u16 {
  const bits = reinterpret<u32>(x);
  const sign = (bits >> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (sign | 0x7e00 | ((magnitude >> 13) & 0x1ff)) as u16;
  if (magnitude >= 0x47800000) return (sign | 0x7c00) as u16;
  if (magnitude < 0x38800000) {
    // Below 2^-14 numbers lie 2^-24 apart: adding 1/2 rounds to these, in the last bits of the sum.
    const sum = reinterpret<u32>(reinterpret<f32>(magnitude) + 0.5);
    return (sign | (sum - 0x3f000000)) as u16;
  }
  const odd = (magnitude >> 13) & 1;
  return (sign | ((magnitude + 0xfff + odd - 0x38000000) >> 13)) as u16;
}
