/**
 * How long sequences may be: as long as the model's positions, or less where it would then compute otherwise.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";

/** How long sequences may be. */
export interface PositionLimit {
  /** Longest sequence in tokens, prompt and response together. */
  readonly positions: number;
  /** The key of the configuration that says so. */
  readonly setting: "maxPositionEmbeddings" | "originalMaxPositionEmbeddings";
  /** Both, for messages, such as `2048 (maxPositionEmbeddings)`. */
  readonly text: string;
}

/**
 * How long a decoder's sequences may be. LongRoPE has other frequencies for longer sequences than the model was first
 * trained on: beyond, it would be another model.
 *
 * @param config The decoder's.
 * @returns The limit, and what sets it.
 */
export function positionLimit(
  { maxPositionEmbeddings, ropeScaling }: Pick<
    DecoderConfig,
    "maxPositionEmbeddings" | "ropeScaling"
  >,
): PositionLimit {
  const trainedOn = ropeScaling?.ropeType === "longrope"
    ? ropeScaling.originalMaxPositionEmbeddings
    : Infinity;
  const positions = Math.min(maxPositionEmbeddings, trainedOn);
  const setting = trainedOn < maxPositionEmbeddings
    ? "originalMaxPositionEmbeddings"
    : "maxPositionEmbeddings";
  return { positions, setting, text: `${positions} (${setting})` };
}
