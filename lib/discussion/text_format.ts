import type { ChatTemplate } from "../text/chat_template.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { DiscussionFormat } from "./discussion_format.ts";

/**
 * How a discussion becomes tokens. One for a run: verifier training, verifier serving and discussions
 * must read the same question in the same way.
 */
export interface TextFormat {
  /** Text to token ids and back. */
  readonly tokenizer: Tokenizer;
  /** Messages to text. */
  readonly template: ChatTemplate;
  /** Questions, answers and verdicts to messages. */
  readonly format: DiscussionFormat;
}
