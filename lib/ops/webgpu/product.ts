/** Matrix products on the GPU: which program fits the shape, and its runs. */
import type * as tf from "@tensorflow/tfjs";
import { type Bindable, bindRange, mostBoundRows } from "./bindings.ts";
import { fewRowsProduct, OUTPUTS_PER_GROUP } from "./few_rows_product.ts";
import type { GpuKernelCall } from "./kernel.ts";
import type { Factors } from "./product_terms.ts";
import type { Program } from "./program.ts";
import { plain, storedWeight } from "./stored_copies.ts";
import { sumParts } from "./sum_parts.ts";
import { TILE_DEPTH, tiledProduct, type TileShape } from "./tiled_product.ts";

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

/** A product and where it goes. What is too large to bind is bound in part: no more than is used. */
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
  /** Elements from one row of y to the next; n by default. */
  readonly stepY?: number;
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
  const { m, n, transA = false, transB = false, accumulate = false, terms } = spec;
  const { stepY = n } = spec;
  if (m * n === 0) return;
  const mostRows = Math.min(...terms.map(({ k }) => mostBoundRows(call.backend, k)));
  if (transB && n > mostRows) return byRowsOfB(call, spec, mostRows);
  const bind = (whole: tf.TensorInfo | GPUBuffer, first: number, count: number, bytes = 4) =>
    bindRange(call.backend, whole, { first, count, bytes });
  const y = bind(spec.y, spec.offY ?? 0, (m - 1) * stepY + n);
  const buffers: Record<string, Bindable> = { y: y.buffer };
  const args: Record<string, number> = { m, n, offY: y.first, stepY };
  const factors = terms.map((term, i): Factors => {
    const { k, alpha = 1 } = term;
    const { buffer, storage } = spec.isWeightB ? storedWeight(call, term.b) : plain(term.b);
    const a = bind(term.a, term.offA ?? 0, m * k);
    const b = bind(buffer, term.offB ?? 0, k * n, storage === "float32" ? 4 : 2);
    Object.assign(buffers, { [`a${i}`]: a.buffer, [`b${i}`]: b.buffer });
    Object.assign(args, { [`k${i}`]: k, [`alpha${i}`]: alpha });
    Object.assign(args, { [`offA${i}`]: a.first, [`offB${i}`]: b.first });
    const fits = (rows: number, offset: number) => rows % 4 === 0 && offset % 4 === 0 && k > 0;
    return {
      a: { buffer: `a${i}`, storage: "float32", isVector: fits(transA ? m : k, a.first) },
      b: { buffer: `b${i}`, storage, isVector: fits(transB ? k : n, b.first) },
    };
  });
  if (m <= FEW_ROWS && !transA && transB && !accumulate) {
    const rows = 2 ** Math.ceil(Math.log2(m));
    const program = programFor(["few", rows, factors], () => fewRowsProduct(factors, rows));
    call.run(program, { buffers, args, groups: Math.ceil(n / OUTPUTS_PER_GROUP) });
    return;
  }
  // Only a y without gaps can be added up from partial results.
  const { tile, splits } = chooseTiles({ m, n, k: stepY === n ? terms[0]!.k : 0 });
  const depth = Math.ceil(terms[0]!.k / splits / TILE_DEPTH) * TILE_DEPTH;
  const isVectorY = n % 4 === 0 && stepY % 4 === 0 && y.first % 4 === 0;
  const tiled = {
    tile,
    transA,
    transB,
    terms: factors,
    isVectorY,
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
    args: { ...args, depth, splits, offY: 0, stepY: n },
    groups,
  });
  sumParts(call, partials, { y: y.buffer, size: m * n, offset: y.first, accumulate });
}

/** A product with more rows of b, columns of y, than can be bound at once: some after the others. */
function byRowsOfB<A>(call: GpuKernelCall<A>, spec: Product, mostRows: number): void {
  const { n, offY = 0, stepY = n } = spec;
  for (let first = 0; first < n; first += mostRows) {
    const terms = spec.terms.map((term) => ({
      ...term,
      offB: (term.offB ?? 0) + first * term.k,
    }));
    const part = { n: Math.min(mostRows, n - first), offY: offY + first, stepY, terms };
    product(call, { ...spec, ...part });
  }
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
