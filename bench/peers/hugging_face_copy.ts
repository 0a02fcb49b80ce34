/**
 * A decoder for transformers, whatever it was loaded from.
 *
 * @module
 */
import { type Decoder, saveDecoder } from "../../lib/models/mod.ts";

/** A folder that holds a decoder in float32 as Hugging Face has it. */
export interface HuggingFaceCopy {
  /** Where it lies. */
  readonly folder: string;
  /** Removes it. */
  readonly remove: () => Promise<void>;
}

/**
 * Writes a decoder into a temporary folder, so that transformers reads the very same weights.
 *
 * @param decoder The decoder.
 * @returns The folder.
 */
export async function asHuggingFace(decoder: Decoder): Promise<HuggingFaceCopy> {
  const folder = await Deno.makeTempDir({ prefix: "maporl-peer-" });
  await saveDecoder(folder, decoder);
  return { folder, remove: () => Deno.remove(folder, { recursive: true }) };
}
