// Log-probability of one chosen entry per row of logits, the row's entropy, and the gradient.
import { exp1, exp4, maxLanes, ones, sumLanes } from "./simd";

// Sums of this many terms are added in float64.
const BLOCK: u32 = 2048;

/** Largest value of a row. */
export function rowMax(x: usize, n: u32): f32 {
  let m0 = f32x4.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  let i: u32 = 0;
  for (; i + 16 <= n; i += 16) {
    const p = x + ((i as usize) << 2);
    m0 = f32x4.pmax(m0, v128.load(p));
    m1 = f32x4.pmax(m1, v128.load(p, 16));
    m2 = f32x4.pmax(m2, v128.load(p, 32));
    m3 = f32x4.pmax(m3, v128.load(p, 48));
  }
  for (; i + 4 <= n; i += 4) m0 = f32x4.pmax(m0, v128.load(x + ((i as usize) << 2)));
  let best = maxLanes(f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3)));
  for (; i < n; i++) best = max(best, load<f32>(x + ((i as usize) << 2)));
  return best;
}

/**
 * For each row of logits [rows, size] scaled by `scale`: logProbs = z[id] − lse, entropy = lse − Σ p z,
 * lse = log Σ e^z.
 */
export function logSoftmaxForward(
  logits: usize,
  ids: usize,
  logProbs: usize,
  entropy: usize,
  logSumExp: usize,
  rows: u32,
  size: u32,
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  for (let row: u32 = 0; row < rows; row++) {
    const highest = rowMax(logits, size);
    const highs = f32x4.splat(highest);
    let total: f64 = 0;
    let weighted: f64 = 0; // Σ e^(z − max) (z − max)
    for (let start: u32 = 0; start < size; start += BLOCK) {
      const end = min(start + BLOCK, size);
      let sums = f32x4.splat(0);
      let moments = f32x4.splat(0);
      let i = start;
      for (; i + 4 <= end; i += 4) {
        const z = f32x4.mul(f32x4.sub(v128.load(logits + ((i as usize) << 2)), highs), scales);
        const e = exp4(z);
        sums = f32x4.add(sums, e);
        moments = f32x4.relaxed_madd(e, z, moments);
      }
      total += sumLanes(sums) as f64;
      weighted += sumLanes(moments) as f64;
      for (; i < end; i++) {
        const z = (load<f32>(logits + ((i as usize) << 2)) - highest) * scale;
        const e = exp1(z);
        total += e as f64;
        weighted += (e * z) as f64;
      }
    }
    const logTotal = Math.log(total);
    const at = (row as usize) << 2;
    const id = load<u32>(ids + at);
    const chosen: f32 = id < size ? load<f32>(logits + ((id as usize) << 2)) : NaN;
    store<f32>(logProbs + at, (((chosen - highest) * scale) as f64 - logTotal) as f32);
    store<f32>(entropy + at, (logTotal - weighted / total) as f32);
    store<f32>(logSumExp + at, ((highest * scale) as f64 + logTotal) as f32);
    logits += (size as usize) << 2;
  }
}

/**
 * In place: logits ← dy · scale · (onehot(id) − e^(z − lse)), times the slope of what bounded the logits where `cap`
 * is not 0.
 */
export function logSoftmaxBackward(
  logits: usize,
  ids: usize,
  logSumExp: usize,
  dy: usize,
  rows: u32,
  size: u32,
  scale: f32,
  cap: f32,
): void {
  const scales = f32x4.splat(scale);
  const whole = size & ~3;
  const curve: f32 = cap > 0 ? 1 / (cap * cap) : 0;
  for (let row: u32 = 0; row < rows; row++) {
    const at = (row as usize) << 2;
    const factor = load<f32>(dy + at) * scale;
    if (factor == 0) {
      memory.fill(logits, 0, (size as usize) << 2); // masked rows need no exponentials
    } else {
      const lse = load<f32>(logSumExp + at);
      const lses = f32x4.splat(lse);
      const factors = f32x4.splat(-factor);
      const id = load<u32>(ids + at);
      const chosen = logits + ((id as usize) << 2);
      const ofChosen = id < size ? factor * slope(load<f32>(chosen), curve) : 0;
      let i: u32 = 0;
      if (curve == 0) {
        for (; i < whole; i += 4) {
          const p = logits + ((i as usize) << 2);
          v128.store(
            p,
            f32x4.mul(exp4(f32x4.sub(f32x4.mul(v128.load(p), scales), lses)), factors),
          );
        }
      } else {
        const curves = f32x4.splat(curve);
        for (; i < whole; i += 4) {
          const p = logits + ((i as usize) << 2);
          const x = v128.load(p);
          const slopes = f32x4.sub(ones(), f32x4.mul(f32x4.mul(x, x), curves));
          const e = exp4(f32x4.sub(f32x4.mul(x, scales), lses));
          v128.store(p, f32x4.mul(f32x4.mul(e, slopes), factors));
        }
      }
      for (; i < size; i++) {
        const p = logits + ((i as usize) << 2);
        const x = load<f32>(p);
        store<f32>(p, exp1(x * scale - lse) * slope(x, curve) * -factor);
      }
      if (id < size) store<f32>(chosen, load<f32>(chosen) + ofChosen);
    }
    logits += (size as usize) << 2;
  }
}

/** Slope of a bounded logit, `curve` 1 / cap²; 1 where nothing bounds it. */
// @ts-ignore: decorator
@inline
function slope(x: f32, curve: f32): f32 {
  return 1 - x * x * curve;
}
