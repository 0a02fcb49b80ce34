/**
 * The parts that the programs of attention are put together from, as text. A workgroup of 8 × 8
 * invocations works on 32 rows × 32 columns, queries and keys or keys and queries; each holds 4 × 4 scores
 * as four vectors over the rows, one per column. Everything passes through workgroup memory in pieces of
 * 32 of the C numbers of a head, so that heads of any width fit.
 */
import { each, type Program } from "./program.ts";
import { elementType, type Layout, loadBlock, loadFour } from "./tile_load.ts";

/** Rows and columns of a tile, and numbers of a head in one piece. */
export const SIDE = 32;
/** Invocations of a workgroup. */
export const ATTENTION_SIZE = 64;
/** Score of what may not be seen: far below any real one, and finite, as WGSL has no infinity. */
export const UNSEEN = "-1e30";

/** A matrix of one row per position, as {@linkcode scores} and {@linkcode mix} read it. */
export interface Rows {
  /** Name of the buffer. */
  readonly buffer: string;
  /** WGSL expression of the first element of position 0. */
  readonly offset: string;
  /** WGSL expression of the elements from one position to the next. */
  readonly stride: string;
  /** WGSL expressions of the first position and of the end of those that count. */
  readonly range: readonly [string, string];
}

/** What a program of attention is made for. */
export interface AttentionKind {
  /** C. */
  readonly headDim: number;
  /** Whether scores are bounded, by the argument `cap`. */
  readonly isCapped: boolean;
}

/**
 * Makes a program once for each kind of attention.
 *
 * @param make Makes it for a kind.
 * @returns The program of a kind.
 */
export function byKind(make: (kind: AttentionKind) => Program): (kind: AttentionKind) => Program {
  const made = new Map<string, Program>();
  return (kind) => {
    const key = nameOf("", kind);
    let program = made.get(key);
    if (program === undefined) made.set(key, program = make(kind));
    return program;
  };
}

/**
 * The name of a program.
 *
 * @param name What all kinds are called.
 * @param kind Which it is.
 * @returns Such as `attention64Capped`.
 */
export function nameOf(name: string, { headDim, isCapped }: AttentionKind): string {
  return `${name}${headDim}${isCapped ? "Capped" : ""}`;
}

/**
 * How a tensor of heads of some width is bound.
 *
 * @param buffer Its name.
 * @param headDim C.
 * @returns Its layout.
 */
export function headLayout(buffer: string, headDim: number): Layout {
  return { buffer, storage: "float32", isVector: headDim % 4 === 0 };
}

/**
 * The buffers of tensors of heads, for a program.
 *
 * @param names Their names.
 * @param headDim C.
 * @param writes Whether the program writes to them.
 * @returns Entries of `Program.buffers`.
 */
export function headBuffers(names: readonly string[], headDim: number, writes = false) {
  return Object.fromEntries(
    names.map((name) => [name, { type: elementType(headLayout(name, headDim)), writes }]),
  );
}

/**
 * Workgroup memory and loading functions.
 *
 * @param names Buffers of heads that are read.
 * @param headDim C.
 * @returns WGSL declarations.
 */
export function tileDeclarations(names: readonly string[], headDim: number): string {
  return `
var<workgroup> rowTile: array<vec4<f32>, ${SIDE * SIDE / 4}>; // inner index, then rows
var<workgroup> columnTile: array<vec4<f32>, ${SIDE * SIDE / 4}>;
var<workgroup> weightTile: array<vec4<f32>, ${SIDE * SIDE / 4}>; // columns, then rows
${names.map((name) => loadFour(headLayout(name, headDim))).join("")}`;
}

/**
 * Declares `<name>0` … `<name>3`: products of four columns with the rows of this invocation.
 *
 * @param name Name of the results.
 * @param headDim C.
 * @param sides The rows and the columns.
 * @returns WGSL statements; every invocation must come through them.
 */
export function scores(
  name: string,
  headDim: number,
  { rows, columns }: { readonly rows: Rows; readonly columns: Rows },
): string {
  const fetch = ({ buffer, offset, stride, range: [first, end] }: Rows, tile: string) => `
      {
        var p0: vec4<f32>; var p1: vec4<f32>; var p2: vec4<f32>; var p3: vec4<f32>;
        ${
    loadBlock({
      buffer,
      isOuterMajor: true,
      offset,
      stride,
      into: ["p0", "p1", "p2", "p3"] as const,
      outer: [`${first} + tx * 4u`, end],
      inner: ["c0 + ty * 4u", `${headDim}u`],
    })
  }
        ${each(4, (i) => `${tile}[(ty * 4u + ${i}u) * 8u + tx] = p${i};`)}
      }`;
  return `
    ${each(4, (j) => `var ${name}${j} = vec4<f32>();`)}
    for (var c0 = 0u; c0 < ${headDim}u; c0 += ${SIDE}u) {
      ${fetch(rows, "rowTile")}
      ${fetch(columns, "columnTile")}
      workgroupBarrier();
      for (var c = 0u; c < ${Math.min(SIDE, Math.ceil(headDim / 4) * 4)}u; c++) {
        let r = rowTile[c * 8u + ty];
        let k = columnTile[c * 8u + tx];
        ${each(4, (j) => `${name}${j} = fma(r, vec4<f32>(k[${j}]), ${name}${j});`)}
      }
      workgroupBarrier();
    }`;
}

/** Pieces of a head of C numbers. */
function pieces(headDim: number): number {
  return Math.ceil(headDim / SIDE);
}

/**
 * Declares sums over the columns for {@linkcode mix}: zero at first.
 *
 * @param name Name of the sums.
 * @param headDim C.
 * @returns WGSL statements.
 */
export function declareMix(name: string, headDim: number): string {
  return each(pieces(headDim), (p) => each(4, (i) => `var ${name}${p}_${i} = vec4<f32>();`));
}

/**
 * Adds, for the rows of this invocation, the columns' vectors times the weights `<weights>0` … `3`.
 *
 * @param name Name of the sums.
 * @param headDim C.
 * @param options Name of the weights, and the columns' vectors.
 * @returns WGSL statements; every invocation must come through them.
 */
export function mix(
  name: string,
  headDim: number,
  { weights, columns }: { readonly weights: string; readonly columns: Rows },
): string {
  const { buffer, offset, stride, range: [first, end] } = columns;
  return `
    ${each(4, (j) => `weightTile[(tx * 4u + ${j}u) * 8u + ty] = ${weights}${j};`)}
    ${
    each(pieces(headDim), (p) => `
    for (var i = 0u; i < 4u; i++) {
      let j = ty + i * 8u;
      let c = ${p * SIDE}u + tx * 4u;
      let left = select(0u, left_${buffer}(c, ${headDim}u), ${first} + j < ${end});
      columnTile[j * 8u + tx] = load_${buffer}(${offset} + (${first} + j) * ${stride} + c, left);
    }
    workgroupBarrier();
    for (var j = 0u; j < ${SIDE}u; j++) {
      let w = weightTile[j * 8u + ty];
      let x = columnTile[j * 8u + tx];
      ${each(4, (i) => `${name}${p}_${i} = fma(vec4<f32>(w[${i}]), x, ${name}${p}_${i});`)}
    }
    workgroupBarrier();`)
  }`;
}

/**
 * Writes the sums of {@linkcode mix}.
 *
 * @param name Name of the sums.
 * @param headDim C.
 * @param options Where the rows go, and a factor for row i, if any.
 * @returns WGSL statements.
 */
export function storeMix(
  name: string,
  headDim: number,
  { rows, factor }: { readonly rows: Rows; readonly factor?: (row: number) => string },
): string {
  const { buffer, offset, stride, range: [first, end] } = rows;
  return each(4, (i) => `
    {
      let row = ${first} + ty * 4u + ${i}u;
      if (row < ${end}) {
        let at = ${offset} + row * ${stride} + tx * 4u;
        ${
    each(pieces(headDim), (p) => {
      const value = `${name}${p}_${i}${factor === undefined ? "" : ` * ${factor(i)}`}`;
      const column = (c: number) => `tx * 4u + ${p * SIDE + c}u < ${headDim}u`;
      return headDim % 4 === 0
        ? `if (${column(0)}) { ${buffer}[(at + ${p * SIDE}u) >> 2u] = ${value}; }`
        : each(4, (c) =>
          `if (${column(c)}) { ${buffer}[at + ${p * SIDE + c}u] = (${value})[${c}]; }`);
    })
  }
      }
    }`);
}
