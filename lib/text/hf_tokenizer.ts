import { Tokenizer as Engine } from "@huggingface/tokenizers";
import { isMapping } from "../core/config_schema.ts";
import { digestOf } from "../core/digest.ts";
import { quoted } from "../core/printable.ts";
import { canonicalJson } from "../core/sealed_json.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What a tokenizer's own file does not say, or not always. */
export interface HfTokenizerOptions {
  /** Size of the model's vocabulary; may be larger than the tokenizer's, as many are padded. */
  readonly vocabSize: number;
  /** Id that fills rows up. */
  readonly padTokenId: number;
  /** Id that ends an answer. */
  readonly eosTokenId: number;
  /** `tokenizer_config.json`; absent = nothing is set. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * A tokenizer in the format of Hugging Face's `tokenizer.json`. Special tokens are never added: chat
 * templates write those that a prompt needs.
 *
 * @param json `tokenizer.json`, parsed.
 * @param options Ids of the model, and the tokenizer's settings.
 * @returns The tokenizer. Its `encode()` throws a RangeError for a text with something that has no id.
 * @throws {TypeError} When it is no tokenizer, or has ids that are none of the model.
 */
export function hfTokenizer(
  json: Readonly<Record<string, unknown>>,
  { vocabSize, padTokenId, eosTokenId, config = {} }: HfTokenizerOptions,
): Tokenizer {
  checkIds(json, vocabSize);
  const engine = startEngine(json, config);
  const unknown = unknownId(engine, json, config);
  const added = [...engine.get_added_tokens_decoder()];
  const special = new Set(added.flatMap(([id, token]) => token.special ? [id] : []));
  const specialTokens = added.flatMap(([id, { content, special }]) =>
    special || id === eosTokenId || id === padTokenId ? [content] : []
  );
  checkLargest([...engine.get_vocab(true).values()], vocabSize);
  const { sha256: fingerprint } = digestOf(canonicalJson([json, config, padTokenId, eosTokenId]));
  const normalize = normalizerOf(engine, config);
  return Object.freeze({
    ...(normalize ? { normalize } : {}),
    vocabSize,
    padTokenId,
    eosTokenId,
    specialTokens,
    fingerprint,
    encode,
    decode,
  });

  function encode(text: string): Int32Array {
    const { ids, tokens } = engine.encode(text, { add_special_tokens: false });
    // Without an unknown token the engine gives no id at all, which would be read as 0.
    const at = Math.max(ids.indexOf(undefined as never), ids.indexOf(unknown as never));
    if (at >= 0) {
      const word = tokens[at] ?? text;
      throw new RangeError(
        `Cannot encode text as ${quoted(word)} is not in the tokenizer's vocabulary: ` +
          `the text is "${excerpt(text, word)}"`,
      );
    }
    return Int32Array.from(ids);
  }

  function decode(ids: ArrayLike<number>): string {
    // A marker or an id outside the vocabulary is dropped: a model's output is data.
    const known = Array.from(ids).filter((id) =>
      !special.has(id) && engine.id_to_token(id) !== undefined
    );
    return known.length === 0 ? "" : engine.decode(known);
  }
}

/** Before the engine makes a list as long as the largest id. */
function checkIds(
  { model, added_tokens: added }: Readonly<Record<string, unknown>>,
  vocabSize: number,
): void {
  const { vocab } = (isMapping(model) ? model : {}) as { readonly vocab?: unknown };
  const named = Array.isArray(added) ? added.filter(isMapping) : [];
  const entries: (readonly [token: unknown, id: unknown])[] = [
    ...(isMapping(vocab) ? Object.entries(vocab) : []),
    ...named.map(({ content, id }) => [content, id] as const),
  ];
  const wrong = entries.find(([, id]) => !(Number.isInteger(id) && id as number >= 0));
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot use the tokenizer as its ids must be whole numbers from 0: that of ${
        quoted(wrong[0])
      } is ${quoted(wrong[1])}`,
    );
  }
  checkLargest(entries.map(([, id]) => id as number), vocabSize);
}

function checkLargest(ids: readonly number[], vocabSize: number): void {
  const largest = ids.reduce((a, b) => Math.max(a, b), -1);
  if (largest < vocabSize) return;
  throw new TypeError(
    `Cannot use the tokenizer as its ids must be below the model's vocabulary of ${vocabSize}: ` +
      `the largest is ${largest}`,
  );
}

function startEngine(
  json: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): Engine {
  try {
    return new Engine(json, config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(
      `Cannot read the tokenizer as tokenizer.json must describe one: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** What the engine does to a text before it looks for tokens; undefined = nothing. */
function normalizerOf(
  { normalizer }: Engine,
  config: Readonly<Record<string, unknown>>,
): ((text: string) => string) | undefined {
  const hasPlainLetters = config.do_lowercase_and_remove_accent === true;
  const hasSingleSpaces = config.remove_space === true;
  if (!normalizer && !hasPlainLetters && !hasSingleSpaces) return undefined;
  return (text) => {
    const spaced = hasSingleSpaces ? text.trim().split(/\s+/).join(" ") : text;
    const lettered = hasPlainLetters
      ? spaced.normalize("NFD").replaceAll(/[\u0300-\u036f]/g, "").toLowerCase()
      : spaced;
    return normalizer ? normalizer.normalize(lettered) : lettered;
  };
}

/** The id of everything without one, where there is such an id. */
function unknownId(
  engine: Engine,
  json: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): number | undefined {
  const model = json.model as { readonly unk_token?: unknown } | undefined;
  const token = model?.unk_token ?? config.unk_token;
  return typeof token === "string" ? engine.token_to_id(token) : undefined;
}

function excerpt(text: string, word: string): string {
  const at = Math.max(0, text.indexOf(word) - 30);
  return text.slice(at, at + 80);
}
