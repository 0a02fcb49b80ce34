// silu(gate) · up and its gradient.
import { exp4, ones } from "./simd";

// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  return f32x4.div(ones(), f32x4.add(ones(), exp4(f32x4.sub(f32x4.splat(0), x))));
}

/** Loads the last n % 4 values of a vector, zeros behind them. */
// @ts-ignore: decorator
@inline
function loadTail(p: usize, count: u32): v128 {
  let x = f32x4.splat(0);
  x = f32x4.replace_lane(x, 0, load<f32>(p));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(p, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(p, 8));
  return x;
}

// @ts-ignore: decorator
@inline
function storeTail(p: usize, x: v128, count: u32): void {
  store<f32>(p, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(p, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(p, f32x4.extract_lane(x, 2), 8);
}

// @ts-ignore: decorator
@inline
function activate(gate: v128, up: v128): v128 {
  return f32x4.mul(f32x4.mul(gate, sigmoid4(gate)), up);
}

/** y = gate / (1 + e^−gate) · up. */
export function swiGluForward(gate: usize, up: usize, y: usize, n: u32): void {
  const whole = n & ~3;
  for (let i: u32 = 0; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, activate(v128.load(gate + at), v128.load(up + at)));
  }
  if (whole < n) {
    const at = (whole as usize) << 2;
    const count = n - whole;
    storeTail(y + at, activate(loadTail(gate + at, count), loadTail(up + at, count)), count);
  }
}

/** With s = σ(gate): dup = dy · gate · s; dgate = dy · up · s · (1 + gate · (1 − s)). */
export function swiGluBackward(
  gate: usize,
  up: usize,
  dy: usize,
  dgate: usize,
  dup: usize,
  n: u32,
): void {
  const whole = n & ~3;
  for (let i: u32 = 0; i < whole; i += 4) {
    const at = (i as usize) << 2;
    const g = v128.load(gate + at);
    const d = v128.load(dy + at);
    const s = sigmoid4(g);
    v128.store(dup + at, f32x4.mul(f32x4.mul(d, s), g));
    v128.store(dgate + at, slope(g, s, f32x4.mul(d, v128.load(up + at))));
  }
  if (whole < n) {
    const at = (whole as usize) << 2;
    const count = n - whole;
    const g = loadTail(gate + at, count);
    const d = loadTail(dy + at, count);
    const s = sigmoid4(g);
    storeTail(dup + at, f32x4.mul(f32x4.mul(d, s), g), count);
    storeTail(dgate + at, slope(g, s, f32x4.mul(d, loadTail(up + at, count))), count);
  }
}

/** x · s · (1 + g · (1 − s)): the derivative of silu times x. */
// @ts-ignore: decorator
@inline
function slope(g: v128, s: v128, x: v128): v128 {
  return f32x4.mul(f32x4.mul(x, s), f32x4.relaxed_madd(g, f32x4.sub(ones(), s), ones()));
}
