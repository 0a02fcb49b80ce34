import type { TokenizerFiles } from "../../models/mod.ts";
import { hfTokenizer, type Tokenizer } from "../../text/mod.ts";
import {
  SMALL_WORLD_TOKENS,
  type SmallWorldTokenizer,
  smallWorldTokenizerJson,
} from "./small_world_tokenizer_json.ts";
import { UNKNOWN_TOKEN } from "./small_world_vocabulary.ts";

/**
 * The small world's settings in the form of Hugging Face's `tokenizer_config.json`.
 *
 * Only answers are closed by `<|end|>`, as only answers are generated.
 */
export const SMALL_WORLD_TOKENIZER_CONFIG: Readonly<Record<string, string | boolean>> & {
  /** Jinja. */
  readonly chat_template: string;
  /** Ends an answer. */
  readonly eos_token: string;
} = Object.freeze({
  tokenizer_class: "PreTrainedTokenizerFast",
  clean_up_tokenization_spaces: false,
  eos_token: "<|end|>",
  pad_token: "<|pad|>",
  unk_token: UNKNOWN_TOKEN,
  chat_template: "{% for message in messages %}" +
    "{% if message.role == 'system' %}" +
    "{{ raise_exception('the small world has no system messages: put it into a user message') }}" +
    "{% elif message.role == 'user' %}<|user|> {{ message.content }}" +
    "{% else %}<|assistant|> {{ message.content }} <|end|>{% endif %}" +
    "{% if not loop.last or add_generation_prompt %} {% endif %}" +
    "{% endfor %}" +
    "{% if add_generation_prompt %}<|assistant|>{% endif %}",
});

/**
 * The word-level tokenizer of the small world: one id for every word and every single digit.
 *
 * Words are separated by one space. Numbers are written without spaces (`23` is the ids of `2` and
 * `3`), and neighbouring digits are joined again on decoding, so two numbers must not stand next to
 * each other: the texts of the small world always have a word or sign between them.
 *
 * @example Round trip
 * ```ts
 * import { smallWorldTokenizer } from "./small_world_tokenizer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = smallWorldTokenizer.encode("23 + 04 = 27 . \\boxed{27}");
 * assertEquals(ids.length, 13);
 * assertEquals(smallWorldTokenizer.decode(ids), "23 + 04 = 27 . \\boxed{27}");
 * ```
 */
export const smallWorldTokenizer: Tokenizer = tokenizerOf("words");

/**
 * The same texts in pieces, with other ids: `pens` is `pen` and `##s`, `agent2` is `agent` and `##2`. What a
 * model writes in pieces may be no word, such as `Toms`; whoever reads it by words leaves that out.
 */
export const smallWorldPieceTokenizer: Tokenizer = tokenizerOf("pieces");

/** Tokenizer and chat template as they are saved with base models, by how words are split. */
export const SMALL_WORLD_TOKENIZER_FILES: Readonly<Record<SmallWorldTokenizer, TokenizerFiles>> = {
  words: filesOf("words"),
  pieces: filesOf("pieces"),
};

function tokenizerOf(tokens: SmallWorldTokenizer): Tokenizer {
  const texts = SMALL_WORLD_TOKENS[tokens];
  return hfTokenizer(smallWorldTokenizerJson(tokens), {
    vocabSize: texts.length,
    padTokenId: texts.indexOf("<|pad|>"),
    eosTokenId: texts.indexOf("<|end|>"),
    config: SMALL_WORLD_TOKENIZER_CONFIG,
  });
}

function filesOf(tokens: SmallWorldTokenizer): TokenizerFiles {
  return Object.freeze({
    tokenizer: smallWorldTokenizerJson(tokens),
    config: SMALL_WORLD_TOKENIZER_CONFIG,
  });
}
