/** Loading blocks of 4 × 4 elements of a matrix, as text for programs that keep tiles of it in workgroup memory. */

/** How a matrix lies in its buffer. */
export interface Layout {
  /** Name of the buffer. */
  readonly buffer: string;
  /** Whether its elements are stored as float16. */
  readonly isHalf: boolean;
  /** Whether it is bound as vectors of four: rows of a multiple of four elements. */
  readonly isVector: boolean;
}

/**
 * Type of the elements of a matrix's buffer.
 *
 * @param layout How it lies there.
 * @returns WGSL type.
 */
export function elementType({ isHalf, isVector }: Layout) {
  const scalar = isHalf ? "f16" : "f32";
  return isVector ? `vec4<${scalar}>` as const : scalar;
}

/**
 * Declares `load_<buffer>(index, count)`: the first `count` of four neighbours, as float32, zeros beyond.
 *
 * @param layout How the matrix lies in its buffer.
 * @returns A WGSL function.
 */
export function loadFour(layout: Layout): string {
  const { buffer, isVector } = layout;
  const body = isVector
    ? `
  if (count == 0u) { return vec4<f32>(); }
  return vec4<f32>(${buffer}[index >> 2u]);`
    : `
  var four = vec4<f32>();
  if (count > 0u) { four.x = f32(${buffer}[index]); }
  if (count > 1u) { four.y = f32(${buffer}[index + 1u]); }
  if (count > 2u) { four.z = f32(${buffer}[index + 2u]); }
  if (count > 3u) { four.w = f32(${buffer}[index + 3u]); }
  return four;`;
  return `
fn load_${buffer}(index: u32, count: u32) -> vec4<f32> {${body}
}
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
