/**
 * Random caches and queries for attention over them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../lib/core/random.ts";
import type { cachedAttention } from "../../lib/ops/mod.ts";
import { integers, normals } from "./twins.ts";

/** Sizes of a cache, and how many queries each of its rows has. */
export interface CachedSizes {
  readonly numRows: number;
  readonly stored: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly runs: readonly number[];
  readonly window?: number;
  readonly softCap?: number;
}

/** Queries of one row stand at positions that follow each other, some of them, or all, in front of the row's start. */
export function cachedCase(
  { numRows, stored, numHeads, numKvHeads, headDim, runs, ...scores }: CachedSizes,
  random: Random,
): { readonly run: (op: typeof cachedAttention) => tf.Tensor2D } {
  const slots: [number, number][] = [];
  const starts: number[] = [];
  for (const [row, count] of runs.entries()) {
    const first = random.integer(0, stored - count + 1);
    const start = random.integer(0, first + count + 3);
    for (let i = 0; i < count; i++) {
      slots.push([row, first + i]);
      starts.push(start);
    }
  }
  const q = normals(random, slots.length, numHeads * headDim);
  const [k, v] = [0, 1].map(() => normals(random, numRows, stored, numKvHeads * headDim));
  return {
    run: (op) =>
      tf.tidy(() => {
        const keys = [k!, v!].map(({ values, shape }) => tf.tensor(values, [...shape]));
        return op(
          tf.tensor2d(q.values, [slots.length, numHeads * headDim]),
          keys[0] as tf.Tensor3D,
          keys[1] as tf.Tensor3D,
          {
            ...scores,
            numHeads,
            numKvHeads,
            starts: integers(starts),
            slots: tf.tensor2d(slots, [slots.length, 2], "int32"),
          },
        );
      }),
  };
}
