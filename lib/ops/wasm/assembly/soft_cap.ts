// cap · tanh(x / cap) and its slope, which bound scores of attention and logits.
import { loadTail, storeTail } from "./gates";
import { exp4, ones } from "./simd";

// tanh x = x + x³ q(x²) up to EDGE, q with the least largest error (4e-9); as literals these would be built anew in
// every turn of a loop, see simd.ts.
const CONSTANTS = memory.data<f32>([
  0.625, 0.625, 0.625, 0.625,
  -0.0057170121, -0.0057170121, -0.0057170121, -0.0057170121,
  0.0206505545, 0.0206505545, 0.0206505545, 0.0206505545,
  -0.0537434854, -0.0537434854, -0.0537434854, -0.0537434854,
  0.1333149076, 0.1333149076, 0.1333149076, 0.1333149076,
  -0.3333328366, -0.3333328366, -0.3333328366, -0.3333328366,
], 16);

// @ts-ignore: decorator
@inline
function constant(index: i32): v128 {
  return v128.load(CONSTANTS + (index << 4));
}

/** tanh of four lanes, relative error below 2e-7: 1 − 2 / (e^2|x| + 1) with the sign of x from EDGE on. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let q = constant(1);
  q = f32x4.relaxed_madd(q, square, constant(2));
  q = f32x4.relaxed_madd(q, square, constant(3));
  q = f32x4.relaxed_madd(q, square, constant(4));
  q = f32x4.relaxed_madd(q, square, constant(5));
  const near = f32x4.relaxed_madd(f32x4.mul(x, square), q, x);
  const divisor = f32x4.add(exp4(f32x4.add(size, size)), ones());
  const far = f32x4.sub(ones(), f32x4.div(f32x4.add(ones(), ones()), divisor));
  const signed = v128.bitselect(x, far, i32x4.splat(0x80000000));
  return v128.bitselect(near, signed, f32x4.lt(size, constant(0)));
}

/** y = cap · tanh(x / cap); y may be x. */
export function softCap(x: usize, y: usize, n: u32, cap: f32): void {
  const caps = f32x4.splat(cap);
  const inverses = f32x4.splat(1 / cap);
  let i: u32 = 0;
  for (; i + 4 <= n; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.mul(tanh4(f32x4.mul(v128.load(x + at), inverses)), caps));
  }
  if (i == n) return;
  const at = (i as usize) << 2;
  const last = loadTail(x + at, n - i);
  storeTail(y + at, f32x4.mul(tanh4(f32x4.mul(last, inverses)), caps), n - i);
}

/** dx = (dy − shift) · (1 − (y / cap)²), the slope of {@link softCap} where that gave y; dx may be dy. */
export function softCapBackward(y: usize, dy: usize, dx: usize, n: u32, cap: f32, shift: f32): void {
  const inverses = f32x4.splat(1 / cap);
  const shifts = f32x4.splat(shift);
  let i: u32 = 0;
  for (; i + 4 <= n; i += 4) {
    const at = (i as usize) << 2;
    v128.store(dx + at, f32x4.mul(f32x4.sub(v128.load(dy + at), shifts), slope(v128.load(y + at), inverses)));
  }
  if (i == n) return;
  const at = (i as usize) << 2;
  const last = slope(loadTail(y + at, n - i), inverses);
  storeTail(dx + at, f32x4.mul(f32x4.sub(loadTail(dy + at, n - i), shifts), last), n - i);
}

// @ts-ignore: decorator
@inline
function slope(y: v128, inverses: v128): v128 {
  const share = f32x4.mul(y, inverses);
  return f32x4.sub(ones(), f32x4.mul(share, share));
}
