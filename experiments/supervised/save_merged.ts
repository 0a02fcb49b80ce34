import { mergeAdapter, openModel, saveDecoder } from "../../lib/models/mod.ts";
import type { PolicyGroup } from "../../lib/rl/mod.ts";

/**
 * Saves a model together with what its adapter has learnt.
 *
 * @param folder Where.
 * @param group The model and its adapter.
 * @param base Folder or file of the model without it, whose tokenizer and chat template are kept.
 * @throws {RunError} If the disk refuses.
 */
export async function saveMerged(
  folder: string,
  { model: { decoder }, policy }: Pick<PolicyGroup, "model" | "policy">,
  base: string,
): Promise<void> {
  const { text } = await openModel(base);
  const merged = mergeAdapter(decoder, policy);
  try {
    await saveDecoder(folder, merged.decoder, await text());
  } finally {
    merged.dispose();
  }
}
