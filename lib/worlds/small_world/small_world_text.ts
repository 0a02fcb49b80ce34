import type { TextFormat } from "../../discussion/mod.ts";
import { smallWorldFormat } from "./small_world_format.ts";
import { smallWorldTemplate } from "./small_world_template.ts";
import { smallWorldPieceTokenizer, smallWorldTokenizer } from "./small_world_tokenizer.ts";

/** The small world's words, chat markers and way of discussing. */
export const smallWorldText: TextFormat = Object.freeze({
  tokenizer: smallWorldTokenizer,
  template: smallWorldTemplate,
  format: smallWorldFormat,
});

/** The same in pieces of words: for base models of another vocabulary. */
export const smallWorldPieceText: TextFormat = Object.freeze({
  ...smallWorldText,
  tokenizer: smallWorldPieceTokenizer,
});
