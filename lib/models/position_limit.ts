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
  readonly setting: "maxPositionEmbeddings" | "slidingWindow" | "originalMaxPositionEmbeddings";
  /** Both, for messages, such as `2047 (slidingWindow)`. */
  readonly text: string;
}

/**
 * How long a decoder's sequences may be. Within its window every token attends to all before it, so up to there
 * attention is computed without one; LongRoPE has other frequencies for longer sequences than the model was first
 * trained on. Beyond, it would be another model.
 *
 * @param config The decoder's.
 * @returns The limit, and what sets it.
 */
export function positionLimit(
  { maxPositionEmbeddings, slidingWindow, ropeScaling }: Pick<
    DecoderConfig,
    "maxPositionEmbeddings" | "slidingWindow" | "ropeScaling"
  >,
): PositionLimit {
  const originalMaxPositionEmbeddings = ropeScaling?.ropeType === "longrope"
    ? ropeScaling.originalMaxPositionEmbeddings
    : undefined;
  const limits = { maxPositionEmbeddings, slidingWindow, originalMaxPositionEmbeddings };
  let setting: PositionLimit["setting"] = "maxPositionEmbeddings";
  for (const key of ["slidingWindow", "originalMaxPositionEmbeddings"] as const) {
    if ((limits[key] ?? Infinity) < limits[setting]!) setting = key;
  }
  const positions = limits[setting]!;
  return { positions, setting, text: `${positions} (${setting})` };
}
