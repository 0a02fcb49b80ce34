/**
 * Tokenizers in GGUF files, as Hugging Face's `tokenizer.json` would hold them.
 *
 * @module
 */
import { shortJson } from "../known_settings.ts";
import { ggufError, type GgufFile } from "./file.ts";

/** Kinds of tokens, as llama.cpp numbers them. */
const CONTROL = 3, USER_DEFINED = 4;

const BYTE_LEVEL = {
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
} as const;
/** Cuts where a regular expression says; contractions, words, numbers, signs, spaces. */
const splitBy = (numbers: string) => ({
  type: "Sequence",
  pretokenizers: [
    {
      type: "Split",
      pattern: {
        Regex: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${numbers}|` +
          ` ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
      },
      behavior: "Isolated",
      invert: false,
    },
    { ...BYTE_LEVEL, use_regex: false },
  ],
});

/** What becomes of a text before pairs are merged. */
interface PreTokenizer {
  /** How it is cut. */
  readonly cut: object;
  /** What is done to it first. */
  readonly normalizer?: object;
  /** Further settings of the merging. */
  readonly rest?: object;
}

/** How text is cut before pairs are merged, by llama.cpp's name for it. */
const PRE_TOKENIZERS: Readonly<Record<string, PreTokenizer>> = {
  "gpt-2": { cut: { ...BYTE_LEVEL, use_regex: true } },
  "smollm": {
    cut: {
      type: "Sequence",
      pretokenizers: [{ type: "Digits", individual_digits: true }, {
        ...BYTE_LEVEL,
        use_regex: true,
      }],
    },
  },
  // Whole words that are tokens are taken as such.
  "llama-bpe": { cut: splitBy("\\p{N}{1,3}"), rest: { ignore_merges: true } },
  "qwen2": { cut: splitBy("\\p{N}"), normalizer: { type: "NFC" } },
};

/** A tokenizer and its settings, as two files of Hugging Face's layout. */
export interface GgufText {
  /** `tokenizer.json`. */
  readonly tokenizer: Readonly<Record<string, unknown>>;
  /** `tokenizer_config.json`, with the chat template. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads the tokenizer and the chat template of a file.
 *
 * @param file The file.
 * @returns What Hugging Face's two files would hold.
 * @throws {CheckpointError} When the tokenizer is of a kind that is not read, or a part of it is missing.
 */
export function textOfGguf(file: GgufFile): GgufText {
  const { path, metadata } = file;
  const setting = (name: string) => metadata[`tokenizer.ggml.${name}`];
  const model = setting("model");
  if (model !== "gpt2") {
    throw ggufError(
      path,
      `its tokenizer.ggml.model is ${shortJson(model ?? null)}, supported is gpt2 (byte-level BPE)`,
      "use the model's Hugging Face folder, with its tokenizer.json",
    );
  }
  const name = setting("pre");
  const pre = typeof name === "string" && Object.hasOwn(PRE_TOKENIZERS, name)
    ? PRE_TOKENIZERS[name]
    : undefined;
  if (pre === undefined) {
    throw ggufError(
      path,
      `its tokenizer.ggml.pre is ${shortJson(name ?? null)}, supported are ${
        Object.keys(PRE_TOKENIZERS).join(", ")
      }`,
      "use the model's Hugging Face folder, with its tokenizer.json",
    );
  }
  const tokens = textsOf(file, "tokens");
  const types = setting("token_type");
  if (!Array.isArray(types) || types.length !== tokens.length) {
    throw ggufError(path, "its tokenizer.ggml.token_type must have a kind for each token");
  }
  const added = tokens.flatMap((content, id) => {
    const isControl = types[id] === CONTROL;
    if (!isControl && types[id] !== USER_DEFINED) return [];
    return [{
      ...{ id, content, special: isControl, normalized: false },
      ...{ single_word: false, lstrip: false, rstrip: false },
    }];
  });
  const textAt = (key: string) => {
    const id = setting(`${key}_token_id`);
    return typeof id === "number" ? tokens[id] : undefined;
  };
  return {
    tokenizer: {
      version: "1.0",
      added_tokens: added,
      normalizer: pre.normalizer ?? null,
      pre_tokenizer: pre.cut,
      post_processor: null,
      decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: "BPE",
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges: textsOf(file, "merges"),
        ...pre.rest,
      },
    },
    config: {
      chat_template: metadata["tokenizer.chat_template"],
      bos_token: textAt("bos"),
      eos_token: textAt("eot") ?? textAt("eos"),
      pad_token: textAt("padding"),
    },
  };
}

function textsOf({ path, metadata }: GgufFile, name: string): string[] {
  const values = metadata[`tokenizer.ggml.${name}`];
  if (Array.isArray(values) && values.every((value) => typeof value === "string")) return values;
  throw ggufError(path, `its tokenizer.ggml.${name} must be a list of texts`);
}
