/**
 * Tokenizers of llama2.c, as Hugging Face's `tokenizer.json` would hold them.
 *
 * @module
 */
import { quoted } from "../../core/mod.ts";
import { llama2cError } from "./file.ts";

/** The word boundary of SentencePiece, in the place of which the file has a space. */
const BOUNDARY = "\u2581";
/** Names of the first three tokens, which the file writes with line breaks around them. */
const SPECIAL = ["<unk>", "<s>", "</s>"];
const REMEDY = "name the tokenizer that was exported with the model tokenizer.bin";

/** A token and how readily pairs are merged into it. */
interface Piece {
  readonly text: string;
  readonly score: number;
}

/**
 * Reads a `tokenizer.bin`: the longest length, then of each token score, length and text.
 *
 * llama2.c merges the pair whose token has the highest score, the leftmost first, which is what byte-pair encoding
 * does with pairs in the order of these scores.
 *
 * @param path The file.
 * @param bytes Its content.
 * @param vocabSize How many tokens the model has.
 * @returns The content of `tokenizer.json`.
 * @throws {CheckpointError} When the file does not hold as many tokens, or two with the same text.
 */
export function llama2cTokenizer(
  path: string,
  bytes: Uint8Array,
  vocabSize: number,
): Readonly<Record<string, unknown>> {
  const pieces = piecesOf(path, bytes, vocabSize);
  const vocab = new Map(pieces.map(({ text }, id) => [text, id]));
  if (vocab.size !== pieces.length) {
    const id = pieces.findIndex(({ text }, at) => vocab.get(text) !== at);
    throw llama2cError(path, `two of its tokens are ${quoted(pieces[id]!.text)}`, REMEDY);
  }
  return {
    version: "1.0",
    added_tokens: SPECIAL.map((content, id) => ({
      ...{ id, content, special: true, normalized: false },
      ...{ single_word: false, lstrip: false, rstrip: false },
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: BOUNDARY },
        { type: "Replace", pattern: { String: " " }, content: BOUNDARY },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: BOUNDARY }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      ...{ unk_token: SPECIAL[0], fuse_unk: true, byte_fallback: true },
      vocab: Object.fromEntries(vocab),
      merges: mergesOf(pieces, vocab),
    },
  };
}

function piecesOf(path: string, bytes: Uint8Array, vocabSize: number): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pieces: Piece[] = [];
  let at = 4;
  while (pieces.length < vocabSize && at + 8 <= bytes.length) {
    const [score, length] = [view.getFloat32(at, true), view.getInt32(at + 4, true)];
    at += 8;
    if (length < 0 || at + length > bytes.length) break;
    try {
      const text = decoder.decode(bytes.subarray(at, at + length));
      pieces.push({
        text: SPECIAL[pieces.length] ?? text.replaceAll(" ", BOUNDARY),
        score,
      });
    } catch {
      throw llama2cError(path, `its token ${pieces.length} is no UTF-8 text`);
    }
    at += length;
  }
  if (pieces.length === vocabSize && at === bytes.length) return pieces;
  throw llama2cError(
    path,
    pieces.length < vocabSize
      ? `it ends after ${pieces.length} of the model's ${vocabSize} tokens`
      : `it has more than the model's ${vocabSize} tokens`,
    REMEDY,
  );
}

/** Every pair of tokens that makes a third one, the readiest first. */
function mergesOf(
  pieces: readonly Piece[],
  vocab: ReadonlyMap<string, number>,
): [string, string][] {
  const merges: { pair: [string, string]; score: number }[] = [];
  for (const { text, score } of pieces.slice(SPECIAL.length)) {
    const letters = [...text];
    for (let cut = 1; cut < letters.length; cut++) {
      const pair: [string, string] = [letters.slice(0, cut).join(""), letters.slice(cut).join("")];
      if (pair.every((part) => vocab.has(part))) merges.push({ pair, score });
    }
  }
  return merges.sort((a, b) => b.score - a.score).map(({ pair }) => pair);
}
