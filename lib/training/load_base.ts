/**
 * The base model of a run.
 *
 * @module
 */
import { CheckpointError } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import { type Decoder, loadDecoder } from "../models/mod.ts";

/**
 * Loads a base model and refuses one that was trained on other tokens, which would answer nonsense.
 *
 * @param folder Folder of the model.
 * @param text Tokenizer of the run.
 * @returns The decoder; the caller disposes it.
 * @throws {CheckpointError} If a file is missing, truncated or foreign, or the tokens differ.
 */
export async function loadBase(folder: string, { tokenizer }: TextFormat): Promise<Decoder> {
  const decoder = await loadDecoder(folder);
  for (const key of ["vocabSize", "eosTokenId", "padTokenId"] as const) {
    const [own, wanted] = [decoder.config[key], tokenizer[key]];
    if (own === wanted) continue;
    decoder.dispose();
    throw new CheckpointError(
      `Cannot use "${folder}" as the base model must have the tokens of the run's tokenizer: ` +
        `its ${key} is ${own}, the tokenizer's is ${wanted}`,
      {
        thing: folder,
        value: own,
        remedy: "Take a base model made by: deno task experiment pretrain",
      },
    );
  }
  return decoder;
}
