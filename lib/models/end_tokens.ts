import type { DecoderConfig } from "./decoder_config.ts";
import { shortJson } from "./known_settings.ts";

/** The tokens that end a response, the one that ends a turn of the model's chats apart, as far as is known. */
export type EndTokens = Pick<DecoderConfig, "eosTokenId" | "otherEosTokenIds">;

/**
 * Reads which tokens end a response. Where there is a `generation_config.json` that names some, these do, as in
 * transformers' `generate()`.
 *
 * @param hf The parsed `config.json`.
 * @param generation The parsed `generation_config.json`; absent = there is none.
 * @returns All of them; the first of `config.json` that still ends a response stands for itself.
 * @throws {TypeError} When there is none, or something else than whole numbers.
 */
export function endTokensOf(
  hf: Readonly<Record<string, unknown>>,
  generation: Readonly<Record<string, unknown>> = {},
): EndTokens {
  const [own, generated] = [idsOf(hf), idsOf(generation)];
  const ends = [...new Set(generated.length > 0 ? generated : own)];
  const eosTokenId = own.find((id) => ends.includes(id)) ?? ends[0];
  if (eosTokenId === undefined) {
    throw new TypeError("Cannot read a model configuration as eos_token_id is missing: add it");
  }
  const otherEosTokenIds = ends.filter((id) => id !== eosTokenId);
  return otherEosTokenIds.length > 0 ? { eosTokenId, otherEosTokenIds } : { eosTokenId };
}

/**
 * All tokens that end a response.
 *
 * @param config Of the decoder.
 * @returns Their ids, that of `eosTokenId` first.
 */
export function allEndTokens({ eosTokenId, otherEosTokenIds = [] }: EndTokens): number[] {
  return [eosTokenId, ...otherEosTokenIds];
}

function idsOf({ eos_token_id: value }: Readonly<Record<string, unknown>>): number[] {
  const ids = Array.isArray(value) ? value : [value ?? undefined];
  return ids.filter((id) => id !== undefined).map((id: unknown) => {
    if (typeof id === "number") return id;
    throw new TypeError(
      `Cannot read a model configuration as eos_token_id must be a number or a list of them: ` +
        `got ${shortJson(value)}`,
    );
  });
}
