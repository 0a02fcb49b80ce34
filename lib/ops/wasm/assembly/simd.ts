// Small vector helpers that every kernel shares.

/** Index of the first element that does not fill a vector of four. */
// @ts-ignore: decorator
@inline
export function fours(n: u32): u32 {
  return n & ~3;
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Largest of the four lanes. */
// @ts-ignore: decorator
@inline
export function maxLanes(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/**
 * e^x in four lanes, relative error below 2e-7 on [-87.33, 88.37]; 0 below, e^88.37 above, NaN for NaN.
 * x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by a polynomial of degree 6 (Cephes, expf); 2^n by adding n to
 * the exponent's bits.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // pmin/pmax with the bound second return x when it is NaN.
  const bounded = f32x4.pmax(
    f32x4.pmin(x, f32x4.splat(88.37)),
    f32x4.splat(-87.33),
  );
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the sum.
  const shifted = f32x4.relaxed_madd(
    bounded,
    f32x4.splat(1.44269504088896341),
    f32x4.splat(12582912.0),
  );
  const n = f32x4.sub(shifted, f32x4.splat(12582912.0));
  let r = f32x4.relaxed_nmadd(n, f32x4.splat(0.693359375), bounded);
  r = f32x4.relaxed_nmadd(n, f32x4.splat(-2.12194440e-4), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.relaxed_madd(p, r, f32x4.splat(1.3981999507e-3));
  p = f32x4.relaxed_madd(p, r, f32x4.splat(8.3334519073e-3));
  p = f32x4.relaxed_madd(p, r, f32x4.splat(4.1665795894e-2));
  p = f32x4.relaxed_madd(p, r, f32x4.splat(1.6666665459e-1));
  p = f32x4.relaxed_madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.relaxed_madd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1.0)));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23));
  return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(-87.33)));
}

/** e^x of one number, equal to a lane of {@link exp4}. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}
