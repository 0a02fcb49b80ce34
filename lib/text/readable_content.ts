import type { ChatTemplate } from "./chat_template.ts";
import { type ReadableText, readableText } from "./readable_text.ts";
import { messageCleaner } from "./template_markers.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** How a model reads and writes chats. */
export interface ChatCoding {
  /** Text to ids. */
  readonly tokenizer: Tokenizer;
  /** Messages to text. */
  readonly template: ChatTemplate;
}

/**
 * A text as a model can be given it in a chat: without what would open or close a message
 * ({@linkcode messageCleaner}) and without words that it cannot write ({@linkcode readableText}).
 *
 * @param content Any text.
 * @param coding Tokenizer and template of the model.
 * @returns The text, and how many words were left out.
 */
export function readableContent(content: string, coding: ChatCoding): ReadableText {
  const clean = messageCleaner(coding.tokenizer, coding.template);
  // What is removed may join two words to one that is not known, and a word that is left out two parts
  // of a marker, or bring one to a line's start.
  let text = clean(content);
  for (let leftOut = 0;;) {
    const known = readableText(coding.tokenizer, text);
    leftOut += known.leftOut;
    if (known.text === text) return { text, leftOut };
    text = clean(known.text);
  }
}

/**
 * Token ids of a text as {@linkcode readableContent} leaves it.
 *
 * @param content Any text.
 * @param coding Tokenizer and template of the model.
 * @returns Shape [T], the ids.
 */
export function encodeReadableContent(content: string, coding: ChatCoding): Int32Array {
  const { tokenizer, template } = coding;
  try {
    return tokenizer.encode(messageCleaner(tokenizer, template)(content));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return tokenizer.encode(readableContent(content, coding).text);
}
