/** Adds up partial results that several workgroups left behind, in a fixed order. */
import type * as tf from "@tensorflow/tfjs";
import type { Bindable } from "./bindings.ts";
import type { GpuKernelCall } from "./kernel.ts";
import { elementwise, type Program } from "./program.ts";

const body = (start: string) => `
    var sum = ${start};
    for (var part = 0u; part < args.parts; part++) { sum += partials[part * args.size + i]; }
    y[args.offset + i] = sum;`;

const [SET, ADD]: [Program, Program] = [
  elementwise("sumParts", {
    buffers: { partials: {}, y: { writes: true } },
    args: { parts: "u32", offset: "u32" },
    body: body("0.0"),
  }),
  elementwise("addParts", {
    buffers: { partials: {}, y: { writes: true } },
    args: { parts: "u32", offset: "u32" },
    body: body("y[args.offset + i]"),
  }),
];

/** What {@linkcode sumParts} needs besides the partial results. */
export interface SumPartsOptions {
  /** Where the sums go. */
  readonly y: Bindable;
  /** Elements of one part. */
  readonly size: number;
  /** First element of y that is written; 0 by default. */
  readonly offset?: number;
  /** Whether the sums are added to what y holds; they replace it by default. */
  readonly accumulate?: boolean;
}

/**
 * Sums of the parts, element by element.
 *
 * @param call The kernel in whose course it runs.
 * @param partials Shape [parts, size], in any shape of that size.
 * @param options Where the sums go.
 */
export function sumParts<A>(
  { runElementwise }: GpuKernelCall<A>,
  partials: tf.TensorInfo,
  { y, size, offset = 0, accumulate = false }: SumPartsOptions,
): void {
  const parts = partials.shape[0]!;
  runElementwise(accumulate ? ADD : SET, { partials, y }, { size, parts, offset });
}
