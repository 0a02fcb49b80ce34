import type { ChatTemplate, RenderOptions } from "./chat_template.ts";
import { encodeChat } from "./encode_chat.ts";
import type { Message } from "./message.ts";
import { type ReadableText, readableText } from "./readable_text.ts";
import { messageCleaner } from "./template_markers.ts";
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
  const clean = messageCleaner(tokenizer, template);
  let leftOut = 0;
  const readable = messages.map((message, index) => {
    if (index === 0) return message;
    const known = readableContent(message.content, { tokenizer, clean });
    leftOut += known.leftOut;
    return { ...message, content: known.text };
  });
  return { tokens: encodeChat(tokenizer, template, readable, options), leftOut };
}

/** What is removed may join two words to one that is not known, or bring a marker to a line's start. */
function readableContent(
  content: string,
  { tokenizer, clean }: {
    readonly tokenizer: Tokenizer;
    readonly clean: (text: string) => string;
  },
): ReadableText {
  const known = readableText(tokenizer, clean(content));
  if (known.leftOut === 0) return known;
  const rest = readableContent(known.text, { tokenizer, clean });
  return { text: rest.text, leftOut: known.leftOut + rest.leftOut };
}
