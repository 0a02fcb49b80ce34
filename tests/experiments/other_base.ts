/**
 * A second base model for tests: wider than the first, with another vocabulary in another order, another chat
 * template, and no unknown token.
 *
 * @module
 */
import { hfTokenizer } from "../../lib/text/mod.ts";
import { type DecoderConfig, saveDecoder } from "../../lib/models/mod.ts";
import {
  SMALL_WORLD_TOKENIZER_FILES,
  SMALL_WORLD_VOCABULARY,
} from "../../lib/worlds/small_world/mod.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

/** Words that it lacks: no question of arithmetic has them, but an untrained model says them all the time. */
const LACKING = new Set([
  ..."entailment neutral contradiction than is are things all no some older younger".split(" "),
  ..."taller shorter faster slower more fewer exactly open Claim".split(" "),
]);

/** Its words, by their ids. */
export const OTHER_WORDS: readonly string[] = SMALL_WORLD_VOCABULARY
  .filter((word) => !LACKING.has(word) && !/^<\|(reserved|unknown)/.test(word))
  .toReversed();

const idOf = (word: string) => OTHER_WORDS.indexOf(word);
/** Ids behind the words that are none, as in models whose vocabulary is padded. */
const PADDING = 5;

/** `tokenizer.json` and `tokenizer_config.json`. */
export function otherTokenizerFiles() {
  const json = structuredClone(SMALL_WORLD_TOKENIZER_FILES.words.tokenizer) as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number>; unk_token?: string };
  };
  json.added_tokens = json.added_tokens.filter(({ content }) => idOf(content) >= 0)
    .map((token) => ({ ...token, id: idOf(token.content) }));
  json.model.vocab = Object.fromEntries(OTHER_WORDS.map((word, id) => [word, id]));
  delete json.model.unk_token;
  const { unk_token: _, ...config } = SMALL_WORLD_TOKENIZER_FILES.words.config as Record<
    string,
    string
  >;
  const chat_template = `? ${config.chat_template}`;
  return { tokenizer: json, config: { ...config, chat_template } };
}

const sizes = {
  vocabSize: OTHER_WORDS.length + PADDING,
  padTokenId: idOf("<|pad|>"),
  eosTokenId: idOf("<|end|>"),
};

/** The tokenizer alone. */
export function otherTokenizer() {
  const { tokenizer, config } = otherTokenizerFiles();
  return hfTokenizer(tokenizer, { ...sizes, config });
}

/** Writes the base model and gives its folder. */
export async function saveOtherBase(
  folder: string,
  { seed = 3, ...changes }: Partial<DecoderConfig> & { readonly seed?: number } = {},
): Promise<string> {
  const base = `${folder}/other`;
  const decoder = smallWorldDecoder(seed, {
    ...sizes,
    hiddenSize: 24,
    intermediateSize: 32,
    ...changes,
  });
  await saveDecoder(base, decoder, otherTokenizerFiles());
  decoder.dispose();
  return base;
}
