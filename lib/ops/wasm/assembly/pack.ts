// Rows of float32 numbers to packed ones; see unpack.ts.

import { toBfloat16 } from "./bfloat16";
import { toHalf } from "./half_floats";

/** Rows [rows, width] of float32 numbers to packed ones at y, rowBytes apart. */
export function packRows(
  format: u32,
  x: usize,
  y: usize,
  rowBytes: u32,
  rows: u32,
  width: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    switch (format) {
      case 0:
        for (let i: usize = 0; i < width; i++) store<u16>(y + (i << 1), toHalf(load<f32>(x + (i << 2))));
        break;
      case 1:
        toBfloat16(x, y, width);
        break;
      case 2:
        toInt8(x, y, width);
        break;
      case 3:
        toNf4(x, y, width);
        break;
      default:
        abort();
    }
    x += (width as usize) << 2;
    y += rowBytes;
  }
}

/** The largest magnitude of n numbers; of what is no number nothing. */
function largest(x: usize, n: u32): f32 {
  let four = f32x4.splat(0);
  let i: u32 = 0;
  for (; i + 4 <= n; i += 4) four = f32x4.pmax(four, f32x4.abs(v128.load(x + ((i as usize) << 2))));
  let most = max(
    max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
    max(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
  );
  for (; i < n; i++) most = max(most, abs(load<f32>(x + ((i as usize) << 2))));
  return most;
}

/** The largest magnitude is ±127. */
function toInt8(x: usize, y: usize, width: u32): void {
  const scale = largest(x, width) / 127;
  const inverse: f32 = scale === 0 ? 0 : 1 / scale;
  store<f32>(y, scale);
  for (let i: usize = 0; i < width; i++) {
    const steps = nearest(load<f32>(x + (i << 2)) * inverse);
    store<i8>(y + 4 + i, max<f32>(-127, min<f32>(127, steps)) as i8);
  }
}

// Halfway between neighbours of NF4: a number above the i-th has an index of at least i + 1.
const BOUNDS = memory.data<f32>([
  -0.8480964004993439, -0.6106329262256622, -0.4599952697753906, -0.33967943489551544,
  -0.23460740596055984, -0.13791173323988914, -0.045525018125772476, 0.03979014977812767,
  0.1202552504837513, 0.2035212516784668, 0.2920137718319893, 0.3893125355243683,
  0.5016634166240692, 0.6427869200706482, 0.8614784181118011,
], 16);

/** Largest magnitudes of blocks as bytes between the row's least and most, then indices; see `fromNf4`. */
function toNf4(x: usize, y: usize, width: u32): void {
  const numBlocks = (width + 63) >> 6;
  let least: f32 = Infinity, most: f32 = 0;
  for (let block: u32 = 0; block < numBlocks; block++) {
    const magnitude = largest(x + ((block as usize) << 8), min(64, width - (block << 6)));
    least = min(least, magnitude);
    most = max(most, magnitude);
  }
  const step = (most - least) / 255;
  store<f32>(y, least);
  store<f32>(y, step, 4);
  const magnitudes = y + 8;
  let to = magnitudes + numBlocks;
  for (let block: u32 = 0; block < numBlocks; block++) {
    const from = x + ((block as usize) << 8);
    const count = min(64, width - (block << 6));
    const byte = step === 0 ? 0 : nearest((largest(from, count) - least) / step) as u8;
    store<u8>(magnitudes + block, byte);
    const magnitude = least + (byte as f32) * step;
    const inverse: f32 = magnitude === 0 ? 0 : 1 / magnitude;
    for (let part: u32 = 0; part < count; part += 32) {
      for (let i: u32 = 0; i < 16; i++) {
        const low = nf4Index(from, part + i, count, inverse);
        const high = nf4Index(from, part + i + 16, count, inverse);
        store<u8>(to + i, (low | (high << 4)) as u8);
      }
      to += 16;
    }
  }
}

/** Index of the nearest value; that of 0 behind the end. */
// @ts-ignore: decorator
@inline
function nf4Index(x: usize, i: u32, count: u32, inverse: f32): u32 {
  if (i >= count) return 7;
  const four = f32x4.splat(load<f32>(x + ((i as usize) << 2)) * inverse);
  // Comparisons give -1 where they hold: their sum counts the bounds that lie below.
  let below = f32x4.gt(four, v128.load(BOUNDS));
  below = i32x4.add(below, f32x4.gt(four, v128.load(BOUNDS, 16)));
  below = i32x4.add(below, f32x4.gt(four, v128.load(BOUNDS, 32)));
  const sum = i32x4.extract_lane(below, 0) + i32x4.extract_lane(below, 1) +
    i32x4.extract_lane(below, 2) + i32x4.extract_lane(below, 3);
  const x0 = f32x4.extract_lane(four, 0);
  return (-sum as u32) + (x0 > load<f32>(BOUNDS, 48) ? 1 : 0) +
    (x0 > load<f32>(BOUNDS, 52) ? 1 : 0) + (x0 > load<f32>(BOUNDS, 56) ? 1 : 0);
}
