/**
 * A small random model of plain text, which has a token for each byte.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { createDecoderConfig, Decoder, saveDecoder } from "../../lib/models/mod.ts";

/** The 256 letters that byte-level tokenizers write bytes as: printable ones stand for themselves. */
function byteLetters(): string[] {
  const isPrintable = (byte: number) =>
    byte >= 33 && byte <= 126 || byte >= 161 && byte <= 172 || byte >= 174;
  let next = 256;
  return Array.from(
    { length: 256 },
    (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}

const MARKERS = ["<|pad|>", "<|im_start|>", "<|im_end|>"];
const [PAD, , END] = [256, 257, 258];

/** Pairs of letters that have a token of their own. */
export type Merges = readonly (readonly [string, string])[];

/**
 * Its tokenizer.
 *
 * @param merges Pairs of letters that it joins.
 * @returns The content of `tokenizer.json`.
 */
export const byteTokenizer = (merges: Merges): Record<string, unknown> => ({
  version: "1.0",
  model: {
    type: "BPE",
    vocab: Object.fromEntries(
      [...byteLetters(), ...MARKERS, ...merges.map((pair) => pair.join(""))].map((
        letter,
        id,
      ) => [letter, id]),
    ),
    merges,
  },
  added_tokens: MARKERS.map((content, i) => ({ id: 256 + i, content, special: true })),
  normalizer: null,
  post_processor: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
  decoder: { type: "ByteLevel" },
});

const config = {
  eos_token: "<|im_end|>",
  pad_token: "<|pad|>",
  chat_template: "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + " +
    "message['content'] + '<|im_end|>\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
};

/**
 * Saves the model.
 *
 * @param folder Where.
 * @param merges Pairs of letters that the tokenizer joins; a random model samples them apart as well. Default none.
 * @returns The folder.
 */
export async function saveByteModel(folder: string, merges: Merges = []): Promise<string> {
  const sizes = createDecoderConfig({
    vocabSize: 259 + merges.length,
    hiddenSize: 16,
    intermediateSize: 32,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    maxPositionEmbeddings: 8192,
    eosTokenId: END!,
    padTokenId: PAD!,
  });
  const decoder = Decoder.initialize(sizes, Random.fromSeed(0).split("byte model"));
  await saveDecoder(folder, decoder, { tokenizer: byteTokenizer(merges), config });
  decoder.dispose();
  return folder;
}
