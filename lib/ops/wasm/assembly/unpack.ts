// Rows of packed matrices to float32, with the rounding of ggml's `dequantize_row_*`: every product and sum in
// float32, in their order. The formats' numbers are those of lib/device/packed_matrix.ts.

import { half, half4 } from "./half_floats";
import { byteBlocks, groupBlocks, sixBitBlocks, smallBlocks, storeScaled } from "./unpack_blocks";

/** Rows [rows, width] of packed numbers, rowBytes apart, to float32 at y. */
export function unpackRows(
  format: u32,
  x: usize,
  rowBytes: u32,
  y: usize,
  rows: u32,
  width: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    unpackRow(format, x, y, width);
    x += rowBytes;
    y += (width as usize) << 2;
  }
}

function unpackRow(format: u32, x: usize, y: usize, width: u32): void {
  switch (format) {
    case 0:
      return fromFloat16(x, y, width);
    case 1:
      return fromBfloat16(x, y, width);
    case 2:
      return fromInt8(x, y, width);
    case 3:
      return fromNf4(x, y, width);
    case 4:
      return smallBlocks(x, y, width, 18, false, false, 8);
    case 5:
      return smallBlocks(x, y, width, 20, true, false, 0);
    case 6:
      return smallBlocks(x, y, width, 22, false, true, 16);
    case 7:
      return smallBlocks(x, y, width, 24, true, true, 0);
    case 8:
      return byteBlocks(x, y, width);
    case 9:
      return groupBlocks(x, y, width, false);
    case 10:
      return groupBlocks(x, y, width, true);
    case 11:
      return sixBitBlocks(x, y, width);
    default:
      abort();
  }
}

function fromFloat16(x: usize, y: usize, width: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= width; i += 8) {
    const bits = v128.load(x + ((i as usize) << 1));
    const at = y + ((i as usize) << 2);
    v128.store(at, half4(i32x4.extend_low_i16x8_u(bits)));
    v128.store(at, half4(i32x4.extend_high_i16x8_u(bits)), 16);
  }
  for (; i < width; i++) store<f32>(y + ((i as usize) << 2), half(x + ((i as usize) << 1)));
}

function fromBfloat16(x: usize, y: usize, width: u32): void {
  let i: u32 = 0;
  for (; i + 8 <= width; i += 8) {
    const bits = v128.load(x + ((i as usize) << 1));
    const at = y + ((i as usize) << 2);
    v128.store(at, i32x4.shl(i32x4.extend_low_i16x8_u(bits), 16));
    v128.store(at, i32x4.shl(i32x4.extend_high_i16x8_u(bits), 16), 16);
  }
  for (; i < width; i++) {
    store<u32>(y + ((i as usize) << 2), (load<u16>(x + ((i as usize) << 1)) as u32) << 16);
  }
}

/** A scale in float32, then the signed bytes. */
function fromInt8(x: usize, y: usize, width: u32): void {
  const scale = load<f32>(x);
  const four = f32x4.splat(scale);
  x += 4;
  let i: u32 = 0;
  for (; i + 16 <= width; i += 16) storeScaled(y + ((i as usize) << 2), v128.load(x + i), four);
  for (; i < width; i++) store<f32>(y + ((i as usize) << 2), (load<i8>(x + i) as f32) * scale);
}

// The 16 values of NF4 (Dettmers et al. 2023, appendix E), and their first, second, third and fourth bytes.
const NF4 = memory.data<f32>([
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
], 16);

/** The place-th bytes of all values of {@link NF4}. */
// @ts-ignore: decorator
@inline
function nf4Bytes(place: i32): v128 {
  let bytes = i8x16.splat(0);
  bytes = i8x16.replace_lane(bytes, 0, load<i8>(NF4 + place));
  bytes = i8x16.replace_lane(bytes, 1, load<i8>(NF4 + place, 4));
  bytes = i8x16.replace_lane(bytes, 2, load<i8>(NF4 + place, 8));
  bytes = i8x16.replace_lane(bytes, 3, load<i8>(NF4 + place, 12));
  bytes = i8x16.replace_lane(bytes, 4, load<i8>(NF4 + place, 16));
  bytes = i8x16.replace_lane(bytes, 5, load<i8>(NF4 + place, 20));
  bytes = i8x16.replace_lane(bytes, 6, load<i8>(NF4 + place, 24));
  bytes = i8x16.replace_lane(bytes, 7, load<i8>(NF4 + place, 28));
  bytes = i8x16.replace_lane(bytes, 8, load<i8>(NF4 + place, 32));
  bytes = i8x16.replace_lane(bytes, 9, load<i8>(NF4 + place, 36));
  bytes = i8x16.replace_lane(bytes, 10, load<i8>(NF4 + place, 40));
  bytes = i8x16.replace_lane(bytes, 11, load<i8>(NF4 + place, 44));
  bytes = i8x16.replace_lane(bytes, 12, load<i8>(NF4 + place, 48));
  bytes = i8x16.replace_lane(bytes, 13, load<i8>(NF4 + place, 52));
  bytes = i8x16.replace_lane(bytes, 14, load<i8>(NF4 + place, 56));
  return i8x16.replace_lane(bytes, 15, load<i8>(NF4 + place, 60));
}

/**
 * Least value and step of the blocks' largest magnitudes in float32, a byte for each block of 64 numbers, then
 * their indices into NF4: 32 numbers in 16 bytes, the first 16 in the lower halves. The last 32 may be cut.
 */
function fromNf4(x: usize, y: usize, width: u32): void {
  const least = load<f32>(x), step = load<f32>(x, 4);
  const b0 = nf4Bytes(0), b1 = nf4Bytes(1), b2 = nf4Bytes(2), b3 = nf4Bytes(3);
  const magnitudes = x + 8;
  let from = magnitudes + ((width + 63) >> 6);
  let i: u32 = 0;
  for (; i + 32 <= width; i += 32) {
    const magnitude = least + (load<u8>(magnitudes + (i >> 6)) as f32) * step;
    const scale = f32x4.splat(magnitude);
    const bytes = v128.load(from);
    const to = y + ((i as usize) << 2);
    storeNf4(to, v128.and(bytes, i8x16.splat(15)), b0, b1, b2, b3, scale);
    storeNf4(to + 64, i8x16.shr_u(bytes, 4), b0, b1, b2, b3, scale);
    from += 16;
  }
  if (i === width) return;
  const magnitude = least + (load<u8>(magnitudes + (i >> 6)) as f32) * step;
  for (let place: u32 = 0; i < width; i++, place++) {
    const index = load<u8>(from + (place & 15)) >> (((place >> 4) << 2) as u8) & 15;
    store<f32>(y + ((i as usize) << 2), load<f32>(NF4 + ((index as usize) << 2)) * magnitude);
  }
}

/** 16 values of NF4 by their indices, times a scale. */
// @ts-ignore: decorator
@inline
function storeNf4(
  y: usize,
  indices: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  b3: v128,
  scale: v128,
): void {
  const s0 = i8x16.swizzle(b0, indices), s1 = i8x16.swizzle(b1, indices);
  const s2 = i8x16.swizzle(b2, indices), s3 = i8x16.swizzle(b3, indices);
  const low01 = v128.shuffle<u8>(s0, s1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const low23 = v128.shuffle<u8>(s2, s3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const high01 = v128.shuffle<u8>(
    s0, s1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
  );
  const high23 = v128.shuffle<u8>(
    s2, s3, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31,
  );
  v128.store(y, f32x4.mul(v128.shuffle<u16>(low01, low23, 0, 8, 1, 9, 2, 10, 3, 11), scale));
  v128.store(y, f32x4.mul(v128.shuffle<u16>(low01, low23, 4, 12, 5, 13, 6, 14, 7, 15), scale), 16);
  v128.store(y, f32x4.mul(v128.shuffle<u16>(high01, high23, 0, 8, 1, 9, 2, 10, 3, 11), scale), 32);
  v128.store(
    y,
    f32x4.mul(v128.shuffle<u16>(high01, high23, 4, 12, 5, 13, 6, 14, 7, 15), scale),
    48,
  );
}
