/** Matrix products on the GPU: which program fits the shape, and its runs. */
import type * as tf from "@tensorflow/tfjs";
import { fewRowsProduct, OUTPUTS_PER_GROUP } from "./few_rows_product.ts";
import type { GpuKernelCall } from "./kernel.ts";
import type { Program } from "./program.ts";
import { plain, storedWeight } from "./stored_copies.ts";
import { sumParts } from "./sum_parts.ts";
import { type Factors, TILE_DEPTH, tiledProduct, type TileShape } from "./tiled_product.ts";

/** One of the products that {@linkcode product} adds up. */
export interface ProductTerm {
  /** [m, k], or [k, m] when transposed. */
  readonly a: tf.TensorInfo;
  /** [k, n], or [n, k] when transposed. */
  readonly b: tf.TensorInfo;
  /** Length of the inner dimension. */
  readonly k: number;
  /** Factor; 1 by default. */
  readonly alpha?: number;
  /** First element of a; 0 by default. */
  readonly offA?: number;
  /** First element of b; 0 by default. */
  readonly offB?: number;
}

/** A product and where it goes. */
export interface Product {
  /** Rows of y. */
  readonly m: number;
  /** Columns of y. */
  readonly n: number;
  /** Whether each a is transposed; false by default. */
  readonly transA?: boolean;
  /** Whether each b is transposed; false by default. */
  readonly transB?: boolean;
  /** What is added up; at most two products. */
  readonly terms: readonly ProductTerm[];
  /** Whether each b is a weight, which may be read from a copy in 16 bits. */
  readonly isWeightB?: boolean;
  /** Where the result goes, its rows one after the other. */
  readonly y: tf.TensorInfo;
  /** First element of y; 0 by default. */
  readonly offY?: number;
  /** Whether the result is added to what y holds; it replaces it by default. */
  readonly accumulate?: boolean;
}

/** Most rows that take the program for few. */
const FEW_ROWS = 8;
/** Workgroups below which a large GPU would stand idle, so that smaller tiles or splits are taken. */
const ENOUGH_GROUPS = 128;
/** Fewest inner indices that are worth a split. */
const MIN_SPLIT_DEPTH = 256;

const PROGRAMS = new Map<string, Program>();

/**
 * y = Σ alpha · op(a) op(b) (+ y), accumulated in float32.
 *
 * @param call The kernel in whose course it runs.
 * @param spec The product.
 */
export function product<A>(call: GpuKernelCall<A>, spec: Product): void {
  const { m, n, transA = false, transB = false, accumulate = false, terms, y, offY = 0 } = spec;
  if (m * n === 0) return;
  const buffers: Record<string, tf.TensorInfo | GPUBuffer> = { y };
  const factors = terms.map((term, i): Factors => {
    const { a, b, k, offA = 0, offB = 0 } = term;
    const { buffer, storage } = spec.isWeightB ? storedWeight(call, b) : plain(b);
    buffers[`a${i}`] = a;
    buffers[`b${i}`] = buffer;
    const fits = (rows: number, offset: number) => rows % 4 === 0 && offset % 4 === 0 && k > 0;
    return {
      a: { buffer: `a${i}`, storage: "float32", isVector: fits(transA ? m : k, offA) },
      b: { buffer: `b${i}`, storage, isVector: fits(transB ? k : n, offB) },
    };
  });
  const args: Record<string, number> = { m, n, offY };
  terms.forEach(({ k, alpha = 1, offA = 0, offB = 0 }, i) =>
    Object.assign(args, {
      ...{ [`k${i}`]: k, [`alpha${i}`]: alpha, [`offA${i}`]: offA, [`offB${i}`]: offB },
    })
  );
  if (m <= FEW_ROWS && !transA && transB && !accumulate) {
    const rows = 2 ** Math.ceil(Math.log2(m));
    const program = programFor(["few", rows, factors], () => fewRowsProduct(factors, rows));
    call.run(program, { buffers, args, groups: Math.ceil(n / OUTPUTS_PER_GROUP) });
    return;
  }
  const { tile, splits } = chooseTiles({ m, n, k: terms[0]!.k });
  const depth = Math.ceil(terms[0]!.k / splits / TILE_DEPTH) * TILE_DEPTH;
  const isVectorY = n % 4 === 0 && offY % 4 === 0;
  const tiled = {
    ...{ tile, transA, transB, terms: factors, isVectorY },
    accumulate: accumulate && splits === 1,
  };
  const program = programFor(["tiled", tiled], () => tiledProduct(tiled));
  const groups = Math.ceil(m / tile.side) * Math.ceil(n / tile.side) * splits;
  if (splits === 1) {
    call.run(program, { buffers, args: { ...args, depth, splits }, groups });
    return;
  }
  const partials = call.scratch([splits, m, n]);
  call.run(program, {
    buffers: { ...buffers, y: partials },
    args: { ...args, depth, splits, offY: 0 },
    groups,
  });
  sumParts(call, partials, { y, size: m * n, offset: offY, accumulate });
}

/**
 * Tiles and splits for a shape: the largest tiles that keep a large GPU busy, and splits of the inner
 * dimension where even the smallest do not, as in gradients of weights and in low-rank products.
 *
 * @param shape Rows, columns and inner length of the product.
 * @returns The tile and the number of splits.
 */
export function chooseTiles(
  { m, n, k }: { readonly m: number; readonly n: number; readonly k: number },
): { readonly tile: TileShape; readonly splits: number } {
  const groups = (side: number) => Math.ceil(m / side) * Math.ceil(n / side);
  const narrow = Math.min(m, n);
  if (narrow > 64 && groups(128) >= ENOUGH_GROUPS) {
    return { tile: { side: 128, part: 8 }, splits: 1 };
  }
  const tile = narrow > 32 && groups(64) >= ENOUGH_GROUPS / 2
    ? { side: 64, part: 8 }
    : { side: 32, part: 4 };
  const wanted = Math.ceil(ENOUGH_GROUPS / groups(tile.side));
  const splits = Math.max(1, Math.min(wanted, Math.floor(k / MIN_SPLIT_DEPTH)));
  return { tile, splits };
}

function programFor(parts: unknown, make: () => Program): Program {
  const key = JSON.stringify(parts);
  let program = PROGRAMS.get(key);
  if (program === undefined) PROGRAMS.set(key, program = make());
  return program;
}
