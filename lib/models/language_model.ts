/**
 * A model that owns its text.
 *
 * @module
 */
import type { ChatTemplate, Tokenizer } from "../text/mod.ts";
import type { Decoder } from "./decoder.ts";

/** A decoder with the tokenizer and the chat template that it was made with. */
export interface LanguageModel {
  /** Named in reports. */
  readonly name: string;
  /** The base model. */
  readonly decoder: Decoder;
  /** Text to tokens. */
  readonly tokenizer: Tokenizer;
  /** Messages to text. */
  readonly template: ChatTemplate;
}
