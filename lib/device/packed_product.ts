/**
 * Products by packed matrices, some rows of them at a time.
 *
 * @module
 */
import type { GemmOptions } from "./gemm.ts";
import type { PackedMatrix } from "./packed_matrix.ts";
import { forUnpackedRows, type RowRunner } from "./packed_rows.ts";

/** What a product by some rows of a weight has of its own. */
export interface WeightRows {
  /** Byte offset of the rows, unpacked. */
  readonly pointer: number;
  /** Columns of C, or of A where the weight is not transposed, before the first that belongs to these rows. */
  readonly skip: number;
  /** Columns of C: the rows are outputs where the weight is transposed. */
  readonly n?: number;
  /** Length of the sums: else they are terms. */
  readonly k?: number;
  /** Factor of what C holds: later terms are added. */
  readonly beta?: number;
}

/**
 * Cuts a product by a packed weight into products by some of its rows.
 *
 * @param runner Unpacks them.
 * @param weight The weight, the right factor.
 * @param dtype What to unpack to.
 * @param product Whether the weight is transposed, and the factor of what C holds.
 * @param multiply Does one of them.
 */
export function forWeightRows(
  runner: RowRunner,
  weight: PackedMatrix,
  dtype: "float32" | "bfloat16",
  { transB, beta }: Pick<GemmOptions, "transB" | "beta">,
  multiply: (part: WeightRows) => void,
): void {
  forUnpackedRows(runner, weight, dtype, ({ from, count, pointer }) => {
    const sizes = transB ? { n: count } : { k: count, beta: from === 0 ? beta : 1 };
    multiply({ pointer, skip: from, ...sizes });
  });
}
