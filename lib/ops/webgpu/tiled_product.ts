/** The program of a matrix product by tiles in workgroup memory and registers. */
import { type Factors, partsOfTerms } from "./product_terms.ts";
import { each, type Program } from "./program.ts";
import { type Block, loadBlock } from "./tile_load.ts";

/** Inner indices of one tile. */
export const TILE_DEPTH = 16;

/** Size of the tiles of a product. */
export interface TileShape {
  /** Rows and columns of a workgroup's tile; multiples of 32. */
  readonly side: number;
  /** Rows and columns of one invocation's part of it; a multiple of 4. */
  readonly part: number;
}

/** What distinguishes the tiled programs. */
export interface TiledProduct {
  /** Size of the tiles. */
  readonly tile: TileShape;
  /** Whether a is transposed. */
  readonly transA: boolean;
  /** Whether b is transposed. */
  readonly transB: boolean;
  /** The products that are added up, with arguments k, alpha, offA, offB of their index: k0, k1 … */
  readonly terms: readonly Factors[];
  /** Whether y is bound as vectors of four. */
  readonly isVectorY: boolean;
  /** Whether y is added to, not set. */
  readonly accumulate: boolean;
}

/**
 * y = Σ alpha · op(a) op(b) (+ y). Every workgroup computes a tile of y; each invocation keeps a block of it
 * in registers and fetches the next tiles of a and b while the current ones are multiplied. The tiles lie
 * in workgroup memory by inner index, so that both are read as vectors. With `splits` > 1 each of as many
 * groups of workgroups adds up `depth` of the inner indices into a y of its own, one after the other.
 *
 * @param spec Which of the programs.
 * @returns Program with arguments m, n, offY, stepY, depth, splits, and those of the terms.
 */
export function tiledProduct(spec: TiledProduct): Program {
  const { tile: { side, part }, terms, isVectorY, accumulate } = spec;
  const across = side / part;
  const quads = part / 4;
  const rows = side / 4; // vectors of four in one line of a tile
  const acc = (p: number, i: number, q: number) => `acc${p}_${i}_${q}`;
  const eachAcc = (text: (p: number, i: number, q: number) => string) =>
    each(quads, (p) => each(4, (i) => each(quads, (q) => text(p, i, q))));
  const step = (kk: number) => `
      {
        let at = (kk + ${kk}u) * ${rows}u;
        ${each(quads, (p) => `let a${p} = tiles[at + ${p * across}u + ty];`)}
        ${each(quads, (q) => `let b${q} = tiles[at + ${TILE_DEPTH * rows + q * across}u + tx];`)}
        ${
    eachAcc((p, i, q) => `${acc(p, i, q)} = fma(vec4<f32>(a${p}[${i}]), b${q}, ${acc(p, i, q)});`)
  }
      }`;
  const { buffers, args, declarations } = partsOfTerms(terms);
  return {
    name: `tiledProduct${side}`,
    buffers: { ...buffers, y: { type: isVectorY ? "vec4<f32>" : "f32", writes: true } },
    args: { ...args, depth: "u32", splits: "u32" },
    workgroupSize: across * across,
    declarations: `
var<workgroup> tiles: array<vec4<f32>, ${2 * TILE_DEPTH * rows}>;
${declarations}`,
    body: `
  let tilesN = (args.n + ${side - 1}u) / ${side}u;
  let tilesM = (args.m + ${side - 1}u) / ${side}u;
  let split = group / (tilesM * tilesN);
  let baseM = group % (tilesM * tilesN) / tilesN * ${side}u;
  let baseN = group % tilesN * ${side}u;
  let tx = local % ${across}u;
  let ty = local / ${across}u;
  ${eachAcc((p, i, q) => `var ${acc(p, i, q)} = vec4<f32>();`)}
  ${terms.map((factors, i) => accumulateTerm(spec, factors, { index: i, step })).join("")}
  let start = args.offY + split * args.m * args.n;
  ${
      eachAcc((p, i, q) =>
        store(acc(p, i, q), [p * across * 4 + i, q * across * 4], { isVectorY, accumulate })
      )
    }`,
  };
}

function accumulateTerm(
  spec: TiledProduct,
  { a, b }: Factors,
  { index, step }: { readonly index: number; readonly step: (kk: number) => string },
): string {
  const { tile: { side, part }, transA, transB } = spec;
  const threads = (side / part) ** 2;
  const rows = side / 4;
  const numBlocks = rows * TILE_DEPTH / 4; // of either matrix
  const end = `end${index}`;
  const blockA = (into: Block["into"]) =>
    loadBlock({
      buffer: a.buffer,
      isOuterMajor: !transA,
      offset: `args.offA${index}`,
      into,
      outer: ["baseM + o4 * 4u", "args.m"],
      inner: ["kk + k4 * 4u", end],
      stride: transA ? "args.m" : `args.k${index}`,
      scale: `args.alpha${index}`,
    });
  const blockB = (into: Block["into"]) =>
    loadBlock({
      buffer: b.buffer,
      isOuterMajor: transB,
      offset: `args.offB${index}`,
      into,
      outer: ["baseN + o4 * 4u", "args.n"],
      inner: ["kk + k4 * 4u", end],
      stride: transB ? `args.k${index}` : "args.n",
    });
  // Which block an invocation fetches. Where a block has to be turned, neighbours take blocks above each
  // other in groups of eight, so that they write to different banks and still read whole lines.
  const place = (isTurned: boolean, t: string) =>
    isTurned
      ? `let o4 = ${t} % 8u + ${t} / 32u * 8u; let k4 = ${t} / 8u % 4u;`
      : `let o4 = ${t} % ${rows}u; let k4 = ${t} / ${rows}u;`;
  const names = (set: string): Block["into"] => [`${set}0`, `${set}1`, `${set}2`, `${set}3`];
  const put = (set: string, offset: string) =>
    names(set).map((name, i) => `tiles[${offset} + (k4 * 4u + ${i}u) * ${rows}u + o4] = ${name};`)
      .join(" ");
  const offsetB = `${TILE_DEPTH * rows}u`;
  // As many invocations as blocks of both matrices: one half fetches a, the other b. Else each fetches
  // one block of either.
  const isHalved = threads === 2 * numBlocks;
  const t = `(local % ${numBlocks}u)`;
  const isFirst = `local < ${numBlocks}u`;
  const fetch = isHalved
    ? `if (${isFirst}) { ${place(!transA, t)} ${blockA(names("p"))} }
       else { ${place(transB, t)} ${blockB(names("p"))} }`
    : `{ ${place(!transA, "local")} ${blockA(names("p"))} }
       { ${place(transB, "local")} ${blockB(names("q"))} }`;
  const fill = isHalved
    ? `if (${isFirst}) { ${place(!transA, t)} ${put("p", "0u")} }
       else { ${place(transB, t)} ${put("p", offsetB)} }`
    : `{ ${place(!transA, "local")} ${put("p", "0u")} }
       { ${place(transB, "local")} ${put("q", offsetB)} }`;
  // Only the first term is split; the others belong to the first split.
  const range = index === 0
    ? `var kk = split * args.depth; let ${end} = min(args.k0, kk + args.depth);`
    : `var kk = 0u; let ${end} = select(0u, args.k${index}, split == 0u);`;
  const registers = [...names("p"), ...(isHalved ? [] : names("q"))];
  return `
  {
    ${range}
    ${registers.map((name) => `var ${name} = vec4<f32>();`).join(" ")}
    ${fetch}
    while (kk < ${end}) {
      ${fill}
      workgroupBarrier();
      kk += ${TILE_DEPTH}u;
      if (kk < ${end}) { ${fetch} }
      {
        for (var kk = 0u; kk < ${TILE_DEPTH}u; kk += 4u) {${[0, 1, 2, 3].map(step).join("")}
        }
      }
      workgroupBarrier();
    }
  }`;
}

/** Writes four neighbours of y, whose place in the tile is given for the invocation in its corner. */
function store(
  value: string,
  [row, column]: readonly [number, number],
  { isVectorY, accumulate }: { readonly isVectorY: boolean; readonly accumulate: boolean },
): string {
  const set = (at: string, part: string) =>
    `y[${at}] = ${value}${part}${accumulate ? ` + y[${at}]` : ""};`;
  return `
  {
    let row = baseM + ${row}u + ty * 4u;
    let column = baseN + ${column}u + tx * 4u;
    let at = start + row * args.stepY + column;
    ${
    isVectorY
      ? `if (row < args.m && column < args.n) { ${set("at >> 2u", "")} }`
      : each(4, (c) =>
        `if (row < args.m && column + ${c}u < args.n) { ${set(`at + ${c}u`, `[${c}]`)} }`)
  }
  }`;
}
