import type { LanguageModel } from "../models/mod.ts";
import { type Message, messageCleaner } from "../text/mod.ts";
import { ApiError } from "./api_error.ts";

/**
 * Token ids of a chat that is to be answered, written as the model's own template has it. Texts that
 * would open or close a message are taken out of all messages.
 *
 * @param model Tokenizer and template.
 * @param messages The chat so far.
 * @returns Shape [T], the ids.
 * @throws {ApiError} If the template refuses the chat or leaves out a message, or the tokenizer has no
 * token for something.
 */
export function chatPrompt(
  { tokenizer, template }: Pick<LanguageModel, "tokenizer" | "template">,
  messages: readonly Message[],
): Int32Array {
  const clean = messageCleaner(tokenizer, template);
  const cleaned = messages.map(({ role, content }) => ({ role, content: clean(content) }));
  let chat: string;
  try {
    chat = template.render(cleaned, { addGenerationPrompt: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refusedBy("template_refused", error.message);
  }
  const left = firstLeftOut(chat, cleaned);
  if (left >= 0) {
    throw new ApiError(
      `Cannot write the chat as the model's template must write every message: ` +
        `it leaves out or changes messages[${left}], of the ${messages[left]!.role}`,
      { param: `messages[${left}]`, code: "template_refused" },
    );
  }
  let tokens: Int32Array;
  try {
    tokens = tokenizer.encode(chat);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusedBy("unknown_words", error.message);
  }
  if (tokens.length > 0) return tokens;
  throw refusedBy(
    "empty_prompt",
    "Cannot answer as the chat must be written with a token: there is none",
  );
}

/**
 * Whether a model can be asked something.
 *
 * @param model Tokenizer and template.
 * @param content The question.
 * @returns Whether it has tokens for all of it.
 */
export function canRead(
  model: Pick<LanguageModel, "tokenizer" | "template">,
  content: string,
): boolean {
  try {
    return chatPrompt(model, [{ role: "user", content }]).length > 0;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function refusedBy(code: string, message: string): ApiError {
  return new ApiError(message, { param: "messages", code });
}

/** Index of the first message that does not stand behind those before it; -1 if all do. Templates may trim. */
function firstLeftOut(chat: string, messages: readonly Message[]): number {
  let at = 0;
  for (const [index, { content }] of messages.entries()) {
    const text = content.trim();
    const found = chat.indexOf(text, at);
    if (found < 0) return index;
    at = found + text.length;
  }
  return -1;
}
