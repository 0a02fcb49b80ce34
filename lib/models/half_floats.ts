/**
 * 16-bit floating-point numbers as float32.
 *
 * @module
 */

/**
 * Widens bfloat16, which is the upper half of a float32.
 *
 * @param bits One number per entry, as its 16 bits.
 * @returns The same numbers, exactly.
 */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

/**
 * Widens IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits.
 *
 * @param bits One number per entry, as its 16 bits.
 * @returns The same numbers, exactly; infinities and NaN are kept.
 */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal: no implicit leading one
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
