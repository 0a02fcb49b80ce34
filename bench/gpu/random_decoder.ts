/**
 * A decoder whose random weights are made on the device: half a billion of them drawn on the
 * processor and sent over would take a minute.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../lib/core/mod.ts";
import { Decoder, type DecoderConfig, decoderWeightShapes } from "../../lib/models/mod.ts";

/** Phases go up to its square: far beyond a period, far below where float32 loses it. */
const PHASE = 30;

/**
 * Makes a decoder for measuring speed: weights look random, but are the sines of outer products.
 *
 * @param config Sizes.
 * @param random Draws the factors.
 * @returns The decoder; the caller disposes it.
 */
export function randomDecoder(config: DecoderConfig, random: Random): Decoder {
  const shapes = decoderWeightShapes(config);
  const valuesOf = (shape: readonly number[]) => {
    const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
    return shape.length === 1 ? values.fill(1) : values; // matrices are overwritten before use
  };
  const decoder = Decoder.fromValues(
    config,
    new Map([...shapes].map(([name, shape]) => [name, { shape, values: valuesOf(shape) }])),
  );
  for (const [name, shape] of shapes) {
    if (shape.length < 2) continue;
    const stream = random.split(name);
    const phases = (length: number) =>
      Float32Array.from({ length }, () => PHASE * stream.uniform());
    const weight = decoder.weights.get(name)!;
    tf.tidy(() => {
      const [rows, columns] = shape as [number, number];
      const phase = tf.mul(
        tf.tensor2d(phases(rows), [rows, 1]),
        tf.tensor2d(phases(columns), [1, columns]),
      );
      // A sine has variance 1/2.
      weight.assign(phase.sin().mul(config.initializerRange * Math.SQRT2));
    });
  }
  return decoder;
}
