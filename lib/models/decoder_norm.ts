import * as tf from "@tensorflow/tfjs";
import { rmsNorm } from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";

/**
 * RMSNorm as a decoder has it.
 *
 * @param x Shape [N, D].
 * @param weight Shape [D]; undefined = there is no such norm, and x is returned.
 * @param config Constants and options of the decoder.
 * @returns Shape [N, D].
 */
export function decoderNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D | undefined,
  { rmsNormEps, zeroCenteredNorm }: DecoderConfig,
): tf.Tensor2D {
  if (!weight) return x;
  return rmsNorm(x, zeroCenteredNorm ? tf.add(weight, 1) : weight, rmsNormEps);
}
