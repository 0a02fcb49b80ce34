/**
 * Weights of linear layers that lie together in one tensor, as Phi-3 stores them, taken apart.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";
import { type Projection, projectionShape } from "./weight_names.ts";

/** What lies together, in order; see `Phi3Attention` and `Phi3MLP` of transformers. */
const FUSED: Readonly<Record<string, readonly Projection[]>> = {
  qkv_proj: ["q_proj", "k_proj", "v_proj"],
  gate_up_proj: ["gate_proj", "up_proj"],
};

/** Something with a shape, such as a tensor or its entry in a header. */
interface Shaped {
  readonly shape: readonly number[];
}

/**
 * Takes joined weights apart by their rows.
 *
 * @param tensors By name; those whose rows are not as many as their parts have stay as they are.
 * @param config Sizes of the decoder.
 * @param rowsOf Some rows of a tensor, from one on and up to another.
 * @returns By the names of the parts, in order.
 */
export function splitFused<T extends Shaped>(
  tensors: ReadonlyMap<string, T>,
  config: DecoderConfig,
  rowsOf: (tensor: T, from: number, to: number) => T,
): Map<string, T> {
  const entries = [...tensors].flatMap(([name, tensor]): [string, T][] => {
    const fused = /\.(qkv_proj|gate_up_proj)\.weight$/.exec(name)?.[1];
    if (fused === undefined) return [[name, tensor]];
    let row = 0;
    const parts = FUSED[fused]!.map((projection): [string, T] => {
      const from = row;
      row += projectionShape(config, projection)[0];
      return [name.replace(fused, projection), rowsOf(tensor, from, row)];
    });
    return row === tensor.shape[0] ? parts : [[name, tensor]];
  });
  return new Map(entries);
}
