import type { DecoderConfig } from "./decoder_config.ts";

/**
 * How many heads the rows of a weight belong to that rotary embedding turns.
 *
 * @param name Hugging Face's name of the weight.
 * @param config Sizes of the decoder.
 * @returns Query or key heads; undefined where nothing is turned.
 */
export function rotatedHeads(name: string, config: DecoderConfig): number | undefined {
  if (name.endsWith("q_proj.weight")) return config.numAttentionHeads;
  if (name.endsWith("k_proj.weight")) return config.numKeyValueHeads;
}

/**
 * Meta's llama, llama.cpp and llama2.c rotate neighbours, Hugging Face the two halves of a head: rows 2·i and 2·i + 1
 * of a head there are rows i and i + C/2 here.
 *
 * @param values Rows in the order of neighbours, as numbers or as bytes in which they are stored.
 * @param heads How many heads they are.
 * @param shape [heads * C, inputs].
 * @returns The rows in Hugging Face's order.
 */
export function withHalves<T extends Float32Array | Uint8Array>(
  values: T,
  heads: number,
  [rows]: readonly number[],
): T {
  const width = rows! / heads;
  const size = values.length / rows!;
  const sorted = values.slice() as T;
  for (let row = 0; row < rows!; row++) {
    const head = Math.floor(row / width), place = row % width;
    const from = head * width + (place < width / 2 ? 2 * place : 2 * place - width + 1);
    sorted.set(values.subarray(from * size, (from + 1) * size), row * size);
  }
  return sorted;
}
