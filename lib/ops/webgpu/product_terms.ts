/** What the programs of products have in common: their factors, as buffers, arguments and functions. */
import type { Program } from "./program.ts";
import { elementType, type Layout, loadFour } from "./tile_load.ts";

/** One product of those that a program adds up: op(a) op(b). */
export interface Factors {
  /** How a is stored; transposed it is [k, m], else [m, k]. */
  readonly a: Layout;
  /** How b is stored; transposed it is [n, k], else [k, n]. */
  readonly b: Layout;
}

/**
 * The parts of a program that its terms need. y's first element is `offY`, and `stepY` elements lie from
 * one of its rows to the next. Term i has the arguments `k<i>` (inner length), `alpha<i>`,
 * `offA<i>` and `offB<i>` (first elements).
 *
 * @param terms The terms; each factor has a buffer of its own.
 * @returns Buffers, arguments, and functions that load from the buffers.
 */
export function partsOfTerms(
  terms: readonly Factors[],
): Required<Pick<Program, "buffers" | "args" | "declarations">> {
  const layouts = terms.flatMap(({ a, b }) => [a, b]);
  const args: Record<string, "u32" | "f32"> = {
    m: "u32",
    n: "u32",
    offY: "u32",
    stepY: "u32",
  };
  terms.forEach((_, i) => {
    Object.assign(args, { [`k${i}`]: "u32", [`alpha${i}`]: "f32" });
    Object.assign(args, { [`offA${i}`]: "u32", [`offB${i}`]: "u32" });
  });
  return {
    buffers: Object.fromEntries(
      layouts.map((layout) => [layout.buffer, { type: elementType(layout) }]),
    ),
    args,
    declarations: layouts.map(loadFour).join(""),
  };
}
