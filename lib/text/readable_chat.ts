import type { ChatTemplate, RenderOptions } from "./chat_template.ts";
import { encodeChat } from "./encode_chat.ts";
import type { Message } from "./message.ts";
import { readableContent } from "./readable_content.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A chat as a model reads it. */
export interface ReadableChat {
  /** Shape [T], the ids. */
  readonly tokens: Int32Array;
  /** Words of the answers that the tokenizer cannot write and that are not among them. */
  readonly leftOut: number;
}

/**
 * Token ids of a discussion, in which other models may have written what this one has no words for: such
 * words are left out, see {@linkcode readableText}. The first message, the question, must be known in full.
 *
 * @param tokenizer Text to ids.
 * @param template Messages to text.
 * @param messages The chat so far.
 * @param options Whether an answer is to be generated.
 * @returns The ids, and how much was left out; the ids of {@linkcode encodeChat} where that was nothing.
 * @throws {RangeError} If the question or the template cannot be written.
 */
export function encodeReadableChat(
  tokenizer: Tokenizer,
  template: ChatTemplate,
  messages: readonly Message[],
  options: RenderOptions,
): ReadableChat {
  try {
    return { tokens: encodeChat(tokenizer, template, messages, options), leftOut: 0 };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  let leftOut = 0;
  const readable = messages.map((message, index) => {
    if (index === 0) return message;
    const known = readableContent(message.content, { tokenizer, template });
    leftOut += known.leftOut;
    return { ...message, content: known.text };
  });
  return { tokens: encodeChat(tokenizer, template, readable, options), leftOut };
}
