// Same-shape arithmetic on float32 vectors. Outputs may be the same memory as inputs.
import { dotProduct, exp4, fours, sumLanes } from "./simd";

/** y = a + b. */
export function add(a: usize, b: usize, y: usize, n: u32): void {
  const whole = fours(n);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, load<f32>(a + at) + load<f32>(b + at));
  }
}

/** y = a − b. */
export function subtract(a: usize, b: usize, y: usize, n: u32): void {
  const whole = fours(n);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, load<f32>(a + at) - load<f32>(b + at));
  }
}

/** y = a · b, element by element. */
export function multiply(a: usize, b: usize, y: usize, n: u32): void {
  const whole = fours(n);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, load<f32>(a + at) * load<f32>(b + at));
  }
}

/** y = a · factor + term. */
export function affine(a: usize, factor: f32, term: f32, y: usize, n: u32): void {
  const whole = fours(n);
  const factors = f32x4.splat(factor);
  const terms = f32x4.splat(term);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.add(f32x4.mul(v128.load(a + at), factors), terms));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, load<f32>(a + at) * factor + term);
  }
}

/** y += a · factor. */
export function axpy(a: usize, factor: f32, y: usize, n: u32): void {
  const whole = fours(n);
  const factors = f32x4.splat(factor);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, f32x4.relaxed_madd(v128.load(a + at), factors, v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, load<f32>(a + at) * factor + load<f32>(y + at));
  }
}

/** y = e^a. */
export function exponential(a: usize, y: usize, n: u32): void {
  const whole = fours(n);
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = (i as usize) << 2;
    v128.store(y + at, exp4(v128.load(a + at)));
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    store<f32>(y + at, f32x4.extract_lane(exp4(f32x4.splat(load<f32>(a + at))), 0));
  }
}

/** y = value in every element. */
export function fill(y: usize, value: f32, n: u32): void {
  const whole = fours(n);
  const values = f32x4.splat(value);
  let i: u32 = 0;
  for (; i < whole; i += 4) v128.store(y + ((i as usize) << 2), values);
  for (; i < n; i++) store<f32>(y + ((i as usize) << 2), value);
}

// Partial sums of 512 elements are added in float64, so that the error does not grow with n.
const SUM_BLOCK: u32 = 512;

/** Σ a. */
export function sum(a: usize, n: u32): f64 {
  let total: f64 = 0;
  for (let start: u32 = 0; start < n; start += SUM_BLOCK) {
    const end = min(start + SUM_BLOCK, n);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let i = start;
    for (; i + 8 <= end; i += 8) {
      const at = a + ((i as usize) << 2);
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
    }
    total += sumLanes(f32x4.add(s0, s1)) as f64;
    for (; i < end; i++) total += load<f32>(a + ((i as usize) << 2)) as f64;
  }
  return total;
}

/** Σ a · b. */
export function dot(a: usize, b: usize, n: u32): f64 {
  let total: f64 = 0;
  for (let start: u32 = 0; start < n; start += SUM_BLOCK) {
    const at = (start as usize) << 2;
    total += dotProduct(a + at, b + at, min(SUM_BLOCK, n - start)) as f64;
  }
  return total;
}
