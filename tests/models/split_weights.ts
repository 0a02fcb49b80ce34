/**
 * Weights of a tiny decoder in two files with an index.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { decoderConfigToHf, saveSafetensors } from "../../lib/models/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";

/** Files of weights, as Hugging Face names them. */
export const FILES = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
/** What says where each weight lies. */
export const INDEX = "model.safetensors.index.json";

/** A decoder as Hugging Face splits it: every other weight in the second file. */
export async function saveSplit(folder: string): Promise<Record<string, string>> {
  const decoder = tinyDecoder();
  const entries = [...decoder.weights];
  const map = Object.fromEntries(entries.map(([name], i) => [name, FILES[i % 2]!]));
  for (const [part, file] of FILES.entries()) {
    const weights = new Map<string, tf.Tensor>(entries.filter((_, i) => i % 2 === part));
    await saveSafetensors(`${folder}/${file}`, weights);
  }
  await Deno.writeTextFile(
    `${folder}/config.json`,
    JSON.stringify(decoderConfigToHf(decoder.config)),
  );
  await writeIndex(folder, map);
  decoder.dispose();
  return map;
}

/** Writes the index anew. */
export async function writeIndex(folder: string, weight_map: unknown): Promise<void> {
  const index = { metadata: { total_size: 1 }, weight_map };
  await Deno.writeTextFile(`${folder}/${INDEX}`, JSON.stringify(index));
}
