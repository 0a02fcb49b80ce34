// silu(gate) · up and its gradient. Loops take two vectors a turn and store after the last load: then the
// constants of the exponential are loaded once for both, and no load waits for a store to another tensor
// at the same place of its page (large tensors all begin at the same place of a page).
import { loadTail, sigmoid4, storeTail } from "./gates";

// @ts-ignore: decorator
@inline
function activate(gate: v128, up: v128): v128 {
  return f32x4.mul(f32x4.mul(gate, sigmoid4(gate)), up);
}

/** y = gate / (1 + e^−gate) · up. */
export function swiGluForward(gate: usize, up: usize, y: usize, n: u32): void {
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

/** s + g · s · (1 − s) with s = σ(g): the derivative of silu(g) = g · s. */
// @ts-ignore: decorator
@inline
function slope(s: v128, silu: v128): v128 {
  return f32x4.relaxed_nmadd(silu, s, f32x4.add(s, silu));
}

/** With s = σ(gate): dup = dy · gate · s; dgate = dy · up · (s + gate · s · (1 − s)). */
export function swiGluBackward(
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
    const s0 = sigmoid4(g0);
    const s1 = sigmoid4(g1);
    const silu0 = f32x4.mul(g0, s0);
    const silu1 = f32x4.mul(g1, s1);
    v128.store(dup + at, f32x4.mul(d0, silu0));
    v128.store(dup + at, f32x4.mul(d1, silu1), 16);
    v128.store(dgate + at, f32x4.mul(x0, slope(s0, silu0)));
    v128.store(dgate + at, f32x4.mul(x1, slope(s1, silu1)), 16);
  }
  for (; i < n; i += 4) {
    const at = (i as usize) << 2;
    const count = min(n - i, 4);
    const g = loadTail(gate + at, count);
    const d = loadTail(dy + at, count);
    const x = f32x4.mul(d, loadTail(up + at, count));
    const s = sigmoid4(g);
    const silu = f32x4.mul(g, s);
    storeTail(dup + at, f32x4.mul(d, silu), count);
    storeTail(dgate + at, f32x4.mul(x, slope(s, silu)), count);
  }
}
