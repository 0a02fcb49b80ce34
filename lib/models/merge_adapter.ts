/**
 * An adapter added into a copy of the weights that it adapts.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Decoder } from "./decoder.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import { disposeVariables } from "./variables.ts";

/** A decoder whose weights hold an adapter's update. */
export interface MergedDecoder {
  /** Shares every weight that is not adapted with the decoder it was made of; do not dispose it. */
  readonly decoder: Decoder;
  /** Frees the merged weights. */
  dispose(): void;
}

/**
 * Merges an adapter: W + scale · B A in place of W, so that a projection is one product instead of three
 * (Hu et al. 2022, section 4.1). Equal to the adapter applied, up to rounding. Not differentiable.
 *
 * @param decoder The decoder; stays as it is.
 * @param adapter The adapter as it is now; later changes do not reach what was merged.
 * @returns The merged decoder; the caller disposes it before the decoder.
 */
export function mergeAdapter(decoder: Decoder, adapter: LoraAdapter): MergedDecoder {
  const own = new Map<string, tf.Variable>();
  for (const [name, weight] of decoder.weights) {
    const factors = adapter.factors(name.replace(/\.weight$/, ""));
    if (factors === undefined) continue;
    const { a, b, scale } = factors;
    own.set(
      name,
      tf.tidy(() => tf.variable(weight.add(tf.matMul(b, a).mul(scale)) as tf.Tensor2D, false)),
    );
  }
  return {
    decoder: Decoder.ofVariables(decoder.config, new Map([...decoder.weights, ...own])),
    dispose: () => disposeVariables(own),
  };
}
