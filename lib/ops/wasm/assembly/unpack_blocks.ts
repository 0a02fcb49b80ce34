// ggml's blocks to float32; layouts are those of its `ggml-common.h`.

import { half } from "./half_floats";

/** 16 signed bytes times a scale. */
// @ts-ignore: decorator
@inline
export function storeScaled(y: usize, numbers: v128, scale: v128): void {
  const low = i16x8.extend_low_i8x16_s(numbers);
  const high = i16x8.extend_high_i8x16_s(numbers);
  v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(low)), scale));
  v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(low)), scale), 16);
  v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(high)), scale), 32);
  v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(high)), scale), 48);
}

/** Adds a term to 16 float32 numbers in place. */
// @ts-ignore: decorator
@inline
function addTo16(y: usize, term: v128): void {
  v128.store(y, f32x4.add(v128.load(y), term));
  v128.store(y, f32x4.add(v128.load(y, 16), term), 16);
  v128.store(y, f32x4.add(v128.load(y, 32), term), 32);
  v128.store(y, f32x4.add(v128.load(y, 48), term), 48);
}

/** The bits 1, 2, 4, …, 128 twice. */
// @ts-ignore: decorator
@inline
function bitOfByte(): v128 {
  return i64x2.splat(0x8040201008040201);
}

/** 16 where a bit of two bytes is set, else 0: the first byte's for the first eight. */
// @ts-ignore: decorator
@inline
function fifthBits(bits: u32): v128 {
  const both = i16x8.splat(bits as i16);
  const spread = v128.shuffle<u8>(both, both, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const isSet = i8x16.eq(v128.and(spread, bitOfByte()), bitOfByte());
  return v128.and(isSet, i8x16.splat(16));
}

/** Q4_0, Q4_1, Q5_0, Q5_1: 32 numbers, in each of 16 bytes one of the first 16 and one of the last. */
// @ts-ignore: decorator
@inline
export function smallBlocks(
  x: usize,
  y: usize,
  width: u32,
  bytes: usize,
  hasMinimum: bool,
  hasFifthBits: bool,
  offset: i8,
): void {
  for (let i: u32 = 0; i < width; i += 32) {
    const scale = f32x4.splat(half(x));
    const bits = x + (hasMinimum ? 4 : 2);
    const packed = v128.load(bits + (hasFifthBits ? 4 : 0));
    let low = v128.and(packed, i8x16.splat(15));
    let high = i8x16.shr_u(packed, 4);
    if (hasFifthBits) {
      low = v128.or(low, fifthBits(load<u16>(bits)));
      high = v128.or(high, fifthBits(load<u16>(bits, 2)));
    }
    storeScaled(y, i8x16.sub(low, i8x16.splat(offset)), scale);
    storeScaled(y + 64, i8x16.sub(high, i8x16.splat(offset)), scale);
    if (hasMinimum) {
      const minimum = f32x4.splat(half(x + 2));
      addTo16(y, minimum);
      addTo16(y + 64, minimum);
    }
    x += bytes;
    y += 128;
  }
}

/** Q8_0: a scale and 32 signed bytes. */
export function byteBlocks(x: usize, y: usize, width: u32): void {
  for (let i: u32 = 0; i < width; i += 32) {
    const scale = f32x4.splat(half(x));
    storeScaled(y, v128.load(x + 2), scale);
    storeScaled(y + 64, v128.load(x + 18), scale);
    x += 34;
    y += 128;
  }
}

/** Q4_K and Q5_K: 256 numbers in 8 groups of 32, each with a scale and a minimum of 6 bits. */
// @ts-ignore: decorator
@inline
export function groupBlocks(x: usize, y: usize, width: u32, hasFifthBits: bool): void {
  for (let i: u32 = 0; i < width; i += 256) {
    const scale = half(x), minimumScale = half(x + 2);
    const factors = x + 4, fifth = x + 16;
    const packed = fifth + (hasFifthBits ? 32 : 0);
    for (let group: u32 = 0; group < 8; group++) {
      let factor: u32, least: u32;
      if (group < 4) {
        factor = load<u8>(factors + group) & 63;
        least = load<u8>(factors + group + 4) & 63;
      } else {
        const lower = load<u8>(factors + group + 4) as u32;
        factor = (lower & 15) | ((load<u8>(factors + group - 4) as u32) >> 6 << 4);
        least = (lower >> 4) | ((load<u8>(factors + group) as u32) >> 6 << 4);
      }
      const step = f32x4.splat(scale * (factor as f32));
      const minimum = f32x4.neg(f32x4.splat(minimumScale * (least as f32)));
      const from = packed + ((group >> 1) << 5);
      for (let part: usize = 0; part < 32; part += 16) {
        const bytes = v128.load(from + part);
        let numbers = (group & 1) === 0
          ? v128.and(bytes, i8x16.splat(15))
          : i8x16.shr_u(bytes, 4);
        if (hasFifthBits) {
          const bit = i8x16.splat((1 as i32 << (group as i32)) as i8);
          const isSet = i8x16.eq(v128.and(v128.load(fifth + part), bit), bit);
          numbers = v128.or(numbers, v128.and(isSet, i8x16.splat(16)));
        }
        storeScaled(y, numbers, step);
        addTo16(y, minimum);
        y += 64;
      }
    }
    x += hasFifthBits ? 176 : 144;
  }
}

/** Q6_K: 256 numbers in two halves of four rows of 32, with a scale of 8 bits for 16 numbers. */
export function sixBitBlocks(x: usize, y: usize, width: u32): void {
  for (let i: u32 = 0; i < width; i += 256) {
    const scale = half(x + 208);
    let factors = x + 192;
    for (let side: usize = 0; side < 2; side++) {
      for (let row: usize = 0; row < 4; row++) {
        for (let part: usize = 0; part < 32; part += 16) {
          const bytes = v128.load(x + side * 64 + (row & 1) * 32 + part);
          const low = row < 2 ? v128.and(bytes, i8x16.splat(15)) : i8x16.shr_u(bytes, 4);
          const upper = i8x16.shr_u(v128.load(x + 128 + side * 32 + part), (row << 1) as i32);
          const high = i8x16.shl(v128.and(upper, i8x16.splat(3)), 4);
          const numbers = i8x16.sub(v128.or(low, high), i8x16.splat(32));
          storeScaled(y, numbers, f32x4.splat(scale * (load<i8>(factors) as f32)));
          factors++;
          y += 64;
        }
      }
    }
    x += 210;
  }
}
