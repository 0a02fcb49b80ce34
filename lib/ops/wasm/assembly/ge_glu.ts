// gelu(gate) · up and its gradient, two vectors a turn as in swi_glu.ts.
import { loadTail, sigmoid4, storeTail } from "./gates";
import { ones } from "./simd";

/** 2 √(2/π), and its product with 0.044715. */
const LINEAR: f32 = 1.5957691216057308;
const CUBIC: f32 = 0.07135481627260025;

/** σ(2u) with 2u = LINEAR · z + CUBIC · z³: ½ (1 + tanh u). */
// @ts-ignore: decorator
@inline
function share(z: v128, square: v128): v128 {
  const factor = f32x4.add(f32x4.splat(LINEAR), f32x4.mul(f32x4.splat(CUBIC), square));
  return sigmoid4(f32x4.mul(z, factor));
}

// @ts-ignore: decorator
@inline
function activate(gate: v128, up: v128): v128 {
  return f32x4.mul(f32x4.mul(gate, share(gate, f32x4.mul(gate, gate))), up);
}

/** y = gelu(gate) · up. */
export function geGluForward(gate: usize, up: usize, y: usize, n: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= n; i += 8) {
    const at = (i as usize) << 2;
    const first = activate(v128.load(gate + at), v128.load(up + at));
    const second = activate(v128.load(gate + at, 16), v128.load(up + at, 16));
    v128.store(y + at, first);
    v128.store(y + at, second, 16);
  }
  for (; i < n; i += 4) {
    const at = (i as usize) << 2;
    const count = min(n - i, 4);
    storeTail(y + at, activate(loadTail(gate + at, count), loadTail(up + at, count)), count);
  }
}

/** s + gelu · (1 − s) · (LINEAR + 3 CUBIC · z²): the derivative of gelu(z) = z · s. */
// @ts-ignore: decorator
@inline
function slope(s: v128, gelu: v128, square: v128): v128 {
  const rise = f32x4.add(f32x4.splat(LINEAR), f32x4.mul(f32x4.splat(3 * CUBIC), square));
  return f32x4.add(s, f32x4.mul(f32x4.mul(gelu, f32x4.sub(ones(), s)), rise));
}

/** With s = σ(2u) of the gate: dup = dy · gate · s; dgate = dy · up · gelu'(gate). */
export function geGluBackward(
  gate: usize,
  up: usize,
  dy: usize,
  dgate: usize,
  dup: usize,
  n: u32,
): void {
  let i: u32 = 0;
  for (; i + 8 <= n; i += 8) {
    const at = (i as usize) << 2;
    const g0 = v128.load(gate + at);
    const g1 = v128.load(gate + at, 16);
    const d0 = v128.load(dy + at);
    const d1 = v128.load(dy + at, 16);
    const x0 = f32x4.mul(d0, v128.load(up + at));
    const x1 = f32x4.mul(d1, v128.load(up + at, 16));
    const q0 = f32x4.mul(g0, g0);
    const q1 = f32x4.mul(g1, g1);
    const s0 = share(g0, q0);
    const s1 = share(g1, q1);
    const gelu0 = f32x4.mul(g0, s0);
    const gelu1 = f32x4.mul(g1, s1);
    v128.store(dup + at, f32x4.mul(d0, gelu0));
    v128.store(dup + at, f32x4.mul(d1, gelu1), 16);
    v128.store(dgate + at, f32x4.mul(x0, slope(s0, gelu0, q0)));
    v128.store(dgate + at, f32x4.mul(x1, slope(s1, gelu1, q1)), 16);
  }
  for (; i < n; i += 4) {
    const at = (i as usize) << 2;
    const count = min(n - i, 4);
    const g = loadTail(gate + at, count);
    const d = loadTail(dy + at, count);
    const x = f32x4.mul(d, loadTail(up + at, count));
    const q = f32x4.mul(g, g);
    const s = share(g, q);
    const gelu = f32x4.mul(g, s);
    storeTail(dup + at, f32x4.mul(d, gelu), count);
    storeTail(dgate + at, f32x4.mul(x, slope(s, gelu, q)), count);
  }
}
