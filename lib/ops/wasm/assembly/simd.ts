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

/** Σ a · b over n elements, in four chains that hide the latency of additions. */
export function dotProduct(a: usize, b: usize, n: u32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let i: u32 = 0;
  for (; i + 16 <= n; i += 16) {
    const at = (i as usize) << 2;
    s0 = f32x4.relaxed_madd(v128.load(a + at), v128.load(b + at), s0);
    s1 = f32x4.relaxed_madd(v128.load(a + at, 16), v128.load(b + at, 16), s1);
    s2 = f32x4.relaxed_madd(v128.load(a + at, 32), v128.load(b + at, 32), s2);
    s3 = f32x4.relaxed_madd(v128.load(a + at, 48), v128.load(b + at, 48), s3);
  }
  for (; i + 4 <= n; i += 4) {
    const at = (i as usize) << 2;
    s0 = f32x4.relaxed_madd(v128.load(a + at), v128.load(b + at), s0);
  }
  let total = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    total += load<f32>(a + at) * load<f32>(b + at);
  }
  return total;
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

// The constants of the exponential as vectors in memory. As literals V8 would rebuild each one from
// integer registers in every turn of a loop, which costs more than the arithmetic.
const CONSTANTS = memory.data<f32>([
  88.37, 88.37, 88.37, 88.37,
  -87.33, -87.33, -87.33, -87.33,
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341,
  12582912.0, 12582912.0, 12582912.0, 12582912.0,
  0.693359375, 0.693359375, 0.693359375, 0.693359375,
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4,
  1.3814613e-3, 1.3814613e-3, 1.3814613e-3, 1.3814613e-3,
  8.36871e-3, 8.36871e-3, 8.36871e-3, 8.36871e-3,
  4.166839e-2, 4.166839e-2, 4.166839e-2, 4.166839e-2,
  1.6666521e-1, 1.6666521e-1, 1.6666521e-1, 1.6666521e-1,
  4.9999994e-1, 4.9999994e-1, 4.9999994e-1, 4.9999994e-1,
  1.0, 1.0, 1.0, 1.0,
], 16);

/** The index-th of the constants in four lanes. */
// @ts-ignore: decorator
@inline
function constant(index: i32): v128 {
  return v128.load(CONSTANTS + (index << 4));
}

/** 1 in four lanes. */
// @ts-ignore: decorator
@inline
export function ones(): v128 {
  return constant(11);
}

/**
 * e^x in four lanes, relative error below 2e-7 on [-87.33, 88.37]; 0 below, e^88.37 above, NaN for NaN.
 * x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by 1 + r + r² q(r), q of degree 4 with the
 * least largest error (3e-9) among float32's roundings (1.2e-7); 2^n by adding n to the exponent's bits.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // pmin/pmax with the bound second return x when it is NaN.
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1));
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the sum.
  const shifted = f32x4.relaxed_madd(bounded, constant(2), constant(3));
  const n = f32x4.sub(shifted, constant(3));
  let r = f32x4.relaxed_nmadd(n, constant(4), bounded);
  r = f32x4.relaxed_nmadd(n, constant(5), r);
  let p = constant(6);
  p = f32x4.relaxed_madd(p, r, constant(7));
  p = f32x4.relaxed_madd(p, r, constant(8));
  p = f32x4.relaxed_madd(p, r, constant(9));
  p = f32x4.relaxed_madd(p, r, constant(10));
  p = f32x4.relaxed_madd(p, f32x4.mul(r, r), f32x4.add(r, constant(11)));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23));
  return v128.andnot(scaled, f32x4.lt(x, constant(1)));
}

/** e^x of one number, equal to a lane of {@link exp4}. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}
