/**
 * How long sequences may be: as long as the model's positions, or as the shortest of its windows.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";

/** How long sequences may be. */
export interface PositionLimit {
  /** Longest sequence in tokens, prompt and response together. */
  readonly positions: number;
  /** The key of the configuration that says so. */
  readonly setting: "maxPositionEmbeddings" | "slidingWindow";
  /** Both, for messages, such as `2047 (slidingWindow)`. */
  readonly text: string;
}

/**
 * How long a decoder's sequences may be. Within its window every token attends to all before it, so up to there
 * attention is computed without one; beyond, it would be another model.
 *
 * @param config The decoder's.
 * @returns The limit, and what sets it.
 */
export function positionLimit(
  { maxPositionEmbeddings, slidingWindow = Infinity }: Pick<
    DecoderConfig,
    "maxPositionEmbeddings" | "slidingWindow"
  >,
): PositionLimit {
  const isWindow = slidingWindow < maxPositionEmbeddings;
  const positions = isWindow ? slidingWindow : maxPositionEmbeddings;
  const setting = isWindow ? "slidingWindow" : "maxPositionEmbeddings";
  return { positions, setting, text: `${positions} (${setting})` };
}
