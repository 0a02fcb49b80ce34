// What gated activations share.
import { exp4, ones } from "./simd";

/** 1 / (1 + e^−x) as e^x / (1 + e^x), which is 1 or 0 where e^x is bounded or vanishes. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(x);
  return f32x4.div(e, f32x4.add(e, ones()));
}

/** Loads one to four values, zeros behind them. */
// @ts-ignore: decorator
@inline
export function loadTail(p: usize, count: u32): v128 {
  let x = f32x4.splat(0);
  x = f32x4.replace_lane(x, 0, load<f32>(p));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(p, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(p, 8));
  if (count > 3) x = f32x4.replace_lane(x, 3, load<f32>(p, 12));
  return x;
}

// @ts-ignore: decorator
@inline
export function storeTail(p: usize, x: v128, count: u32): void {
  store<f32>(p, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(p, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(p, f32x4.extract_lane(x, 2), 8);
  if (count > 3) store<f32>(p, f32x4.extract_lane(x, 3), 12);
}
