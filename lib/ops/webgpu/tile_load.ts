/** Loading blocks of 4 × 4 elements of a matrix, as text for programs that keep tiles of it in workgroup memory. */
import type { ElementType } from "./program.ts";

/** How numbers are stored in a buffer; programs compute in float32. */
export type Storage = "float32" | "float16" | "bfloat16";

/** How a matrix lies in its buffer. */
export interface Layout {
  /** Name of the buffer. */
  readonly buffer: string;
  /** How its elements are stored. */
  readonly storage: Storage;
  /** Whether it is bound as vectors of four: rows of a multiple of four elements. */
  readonly isVector: boolean;
}

/** Bindings of one element and of four; WGSL has no bfloat16, of which two lie in a word. */
const ELEMENT_TYPES: Readonly<Record<Storage, readonly [ElementType, ElementType]>> = {
  float32: ["f32", "vec4<f32>"],
  float16: ["f16", "vec4<f16>"],
  bfloat16: ["u32", "vec2<u32>"],
};

/**
 * Type of the elements of a matrix's buffer.
 *
 * @param layout How it lies there.
 * @returns WGSL type.
 */
export function elementType({ storage, isVector }: Layout): ElementType {
  return ELEMENT_TYPES[storage][isVector ? 1 : 0];
}

/**
 * Declares `load_<buffer>(index, count)`: the first `count` of four neighbours, as float32, zeros beyond;
 * and `left_<buffer>(at, end)`: how many of the four from `at` on come before the end.
 *
 * @param layout How the matrix lies in its buffer.
 * @returns WGSL functions.
 */
export function loadFour({ buffer, storage, isVector }: Layout): string {
  const isPacked = storage === "bfloat16";
  // A bfloat16 is the upper half of a float32.
  const four = isPacked
    ? `let words = ${buffer}[index >> 2u];
  return bitcast<vec4<f32>>(vec4<u32>(words.x << 16u, words.x & 0xffff0000u,
    words.y << 16u, words.y & 0xffff0000u));`
    : `return vec4<f32>(${buffer}[index >> 2u]);`;
  const one = isPacked
    ? `let word = ${buffer}[index >> 1u];
  return bitcast<f32>(select(word << 16u, word & 0xffff0000u, (index & 1u) == 1u));`
    : `return f32(${buffer}[index]);`;
  const load = isVector
    ? `
fn load_${buffer}(index: u32, count: u32) -> vec4<f32> {
  if (count == 0u) { return vec4<f32>(); }
  ${four}
}`
    : `
fn one_${buffer}(index: u32) -> f32 {
  ${one}
}
fn load_${buffer}(index: u32, count: u32) -> vec4<f32> {
  var four = vec4<f32>();
  if (count > 0u) { four.x = one_${buffer}(index); }
  if (count > 1u) { four.y = one_${buffer}(index + 1u); }
  if (count > 2u) { four.z = one_${buffer}(index + 2u); }
  if (count > 3u) { four.w = one_${buffer}(index + 3u); }
  return four;
}`;
  return `${load}
fn left_${buffer}(at: u32, end: u32) -> u32 {
  return select(0u, min(4u, end - at), at < end);
}`;
}

/** Where a block of {@linkcode loadBlock} comes from and goes to; all but the buffer are WGSL expressions. */
export interface Block {
  /** Name of the buffer. */
  readonly buffer: string;
  /** Whether the elements of one outer index are neighbours in memory, not those of one inner index. */
  readonly isOuterMajor: boolean;
  /** First element of the matrix. */
  readonly offset: string;
  /** First of four outer indices, and their end. */
  readonly outer: readonly [string, string];
  /** First of four inner indices, and the end of those that count. */
  readonly inner: readonly [string, string];
  /** Elements from one index of the slower dimension to the next. */
  readonly stride: string;
  /** Factor, if any. */
  readonly scale?: string;
  /** Names of four variables: one per inner index, each a vector over the outer ones. */
  readonly into: readonly [string, string, string, string];
}

/**
 * Statements that fill four variables with a block of 4 outer × 4 inner indices, zeros beyond the ends.
 *
 * @param block The block.
 * @returns WGSL statements.
 */
export function loadBlock(block: Block): string {
  const { buffer, offset, stride, scale, into } = block;
  const [outer, outerEnd] = block.outer;
  const [inner, innerEnd] = block.inner;
  const four = [0, 1, 2, 3];
  if (!block.isOuterMajor) {
    return four.map((i) => `
      ${into[i]} = ${scale === undefined ? "" : `${scale} * `}load_${buffer}(
        ${offset} + (${inner} + ${i}u) * ${stride} + ${outer},
        select(0u, left_${buffer}(${outer}, ${outerEnd}), ${inner} + ${i}u < ${innerEnd}));`)
      .join("");
  }
  const rows = four.map((i) => `
      let r${i} = ${scale === undefined ? "" : `${scale} * `}load_${buffer}(
        ${offset} + (${outer} + ${i}u) * ${stride} + ${inner},
        select(0u, left_${buffer}(${inner}, ${innerEnd}), ${outer} + ${i}u < ${outerEnd}));`);
  const columns = four.map((i) => `
      ${into[i]} = vec4<f32>(r0[${i}], r1[${i}], r2[${i}], r3[${i}]);`);
  return `{${rows.join("")}${columns.join("")}
    }`;
}
