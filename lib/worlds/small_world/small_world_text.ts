import type { TextFormat } from "../../discussion/mod.ts";
import { smallWorldFormat } from "./small_world_format.ts";
import { smallWorldTemplate } from "./small_world_template.ts";
import { smallWorldTokenizer } from "./small_world_tokenizer.ts";

/** The small world's words, chat markers and way of discussing. */
export const smallWorldText: TextFormat = Object.freeze({
  tokenizer: smallWorldTokenizer,
  template: smallWorldTemplate,
  format: smallWorldFormat,
});
