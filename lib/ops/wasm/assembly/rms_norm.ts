// y = x / √(mean(x²) + eps) · w on rows, and its gradient.
import { SCRATCH_ROW, scratchA } from "./layout";
import { dotProduct, fours, sumLanes } from "./simd";

/** y [rows, width] and inverse [rows] = 1 / √(mean(x²) + eps). */
export function rmsNormForward(
  x: usize,
  weight: usize,
  y: usize,
  inverse: usize,
  rows: u32,
  width: u32,
  eps: f32,
): void {
  const whole = fours(width);
  const rowBytes = (width as usize) << 2;
  for (let row: u32 = 0; row < rows; row++) {
    const total = dotProduct(x, x, width);
    let i: u32 = 0;
    const scale: f32 = 1 / sqrt<f32>(total / (width as f32) + eps);
    store<f32>(inverse, scale);
    const scales = f32x4.splat(scale);
    for (; i < whole; i += 4) {
      const at = (i as usize) << 2;
      v128.store(
        y + at,
        f32x4.mul(f32x4.mul(v128.load(x + at), scales), v128.load(weight + at)),
      );
    }
    for (; i < width; i++) {
      const at = (i as usize) << 2;
      store<f32>(y + at, load<f32>(x + at) * scale * load<f32>(weight + at));
    }
    x += rowBytes;
    y += rowBytes;
    inverse += 4;
  }
}

/** dx = inverse · (w ∘ dy − x · inverse² · mean(w ∘ dy ∘ x)), with `add` plus what dx holds. */
export function rmsNormBackward(
  x: usize,
  weight: usize,
  inverse: usize,
  dy: usize,
  dx: usize,
  add: bool,
  rows: u32,
  width: u32,
): void {
  const whole = fours(width);
  const rowBytes = (width as usize) << 2;
  for (let row: u32 = 0; row < rows; row++) {
    let products = f32x4.splat(0);
    let more = f32x4.splat(0);
    let i: u32 = 0;
    for (; i + 8 <= width; i += 8) {
      const at = (i as usize) << 2;
      products = f32x4.relaxed_madd(
        f32x4.mul(v128.load(weight + at), v128.load(dy + at)),
        v128.load(x + at),
        products,
      );
      more = f32x4.relaxed_madd(
        f32x4.mul(v128.load(weight + at, 16), v128.load(dy + at, 16)),
        v128.load(x + at, 16),
        more,
      );
    }
    let total = sumLanes(f32x4.add(products, more));
    for (; i < width; i++) {
      const at = (i as usize) << 2;
      total += load<f32>(weight + at) * load<f32>(dy + at) * load<f32>(x + at);
    }
    const scale = load<f32>(inverse);
    const pull = total * scale * scale / (width as f32);
    const scales = f32x4.splat(scale);
    const pulls = f32x4.splat(pull);
    for (i = 0; i < whole; i += 4) {
      const at = (i as usize) << 2;
      const direct = f32x4.mul(v128.load(weight + at), v128.load(dy + at));
      const change = f32x4.mul(f32x4.relaxed_nmadd(v128.load(x + at), pulls, direct), scales);
      v128.store(dx + at, add ? f32x4.add(change, v128.load(dx + at)) : change);
    }
    for (; i < width; i++) {
      const at = (i as usize) << 2;
      const direct = load<f32>(weight + at) * load<f32>(dy + at);
      const change = (direct - load<f32>(x + at) * pull) * scale;
      store<f32>(dx + at, add ? change + load<f32>(dx + at) : change);
    }
    x += rowBytes;
    dy += rowBytes;
    dx += rowBytes;
    inverse += 4;
  }
}

// Rows are added in blocks of this many, block sums after that: the error grows with the root of both.
const ROW_BLOCK: u32 = 128;

/** dw [width] = Σ over rows of dy ∘ x · inverse. */
export function rmsNormWeightGradient(
  x: usize,
  inverse: usize,
  dy: usize,
  dw: usize,
  rows: u32,
  width: u32,
): void {
  const rowBytes = (width as usize) << 2;
  memory.fill(dw, 0, rowBytes);
  const sums = scratchA();
  // Wider rows than the scratch holds are worked off in column stripes.
  for (let from: u32 = 0; from < width; from += SCRATCH_ROW) {
    const count = min(SCRATCH_ROW, width - from);
    const whole = fours(count);
    const shift = (from as usize) << 2;
    for (let block: u32 = 0; block < rows; block += ROW_BLOCK) {
      const end = min(block + ROW_BLOCK, rows);
      memory.fill(sums, 0, (count as usize) << 2);
      for (let row = block; row < end; row++) {
        const scale = load<f32>(inverse + ((row as usize) << 2));
        const scales = f32x4.splat(scale);
        const offset = (row as usize) * rowBytes + shift;
        let i: u32 = 0;
        for (; i < whole; i += 4) {
          const at = (i as usize) << 2;
          v128.store(
            sums + at,
            f32x4.relaxed_madd(
              f32x4.mul(v128.load(dy + offset + at), scales),
              v128.load(x + offset + at),
              v128.load(sums + at),
            ),
          );
        }
        for (; i < count; i++) {
          const at = (i as usize) << 2;
          store<f32>(
            sums + at,
            load<f32>(dy + offset + at) * scale * load<f32>(x + offset + at) +
              load<f32>(sums + at),
          );
        }
      }
      for (let i: u32 = 0; i < count; i++) {
        const at = (i as usize) << 2;
        store<f32>(dw + shift + at, load<f32>(dw + shift + at) + load<f32>(sums + at));
      }
    }
  }
}
