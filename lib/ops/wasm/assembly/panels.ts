// Products of few rows with a weight that lies in panels: its columns a few hundred at a time, each panel the
// transpose of so many rows of the weight. A library reads those as they are, where it would have to rearrange
// the weight itself in every call, for rows that are too few to make up for it.
import { product } from "./product";
import { transpose } from "./transpose";

/**
 * Panels first … last−1 of a weight [outputs, inputs], each of `panel` of its rows, the last one of the rest:
 * panel p begins at element p * panel * inputs and is [inputs, columns].
 */
export function toPanels(
  weight: usize,
  panels: usize,
  outputs: u32,
  inputs: u32,
  panel: u32,
  first: u32,
  last: u32,
): void {
  for (let p = first; p < last; p++) {
    const from = p * panel;
    const columns = min(panel, outputs - from);
    const at = (from as usize) * inputs << 2;
    transpose(weight + at, inputs, panels + at, columns, columns, inputs);
  }
}

/**
 * y [m, outputs] = x Wᵀ + scale · (x Aᵀ) Bᵀ at the columns of panels first … last−1 of W, A [rank, inputs] and
 * B [outputs, rank]; without a low-rank update rank is 0. `narrow` is this thread's own scratch [m, rank].
 */
export function panelProduct(
  x: usize,
  panels: usize,
  y: usize,
  m: u32,
  outputs: u32,
  inputs: u32,
  panel: u32,
  a: usize,
  b: usize,
  rank: u32,
  scale: f32,
  narrow: usize,
  first: u32,
  last: u32,
): void {
  if (rank > 0) product(false, false, true, m, rank, inputs, 1, x, inputs, a, inputs, 0, narrow, rank);
  for (let p = first; p < last; p++) {
    const from = p * panel;
    const columns = min(panel, outputs - from);
    const at = y + ((from as usize) << 2);
    const weight = panels + ((from as usize) * inputs << 2);
    product(false, false, false, m, columns, inputs, 1, x, inputs, weight, columns, 0, at, outputs);
    if (rank == 0) continue;
    const up = b + ((from as usize) * rank << 2);
    product(false, false, true, m, columns, rank, scale, narrow, rank, up, rank, 1, at, outputs);
  }
}
