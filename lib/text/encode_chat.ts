import type { ChatTemplate, RenderOptions } from "./chat_template.ts";
import type { Message } from "./message.ts";
import { messageCleaner } from "./template_markers.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Token ids of a chat. Only prompts go through here: what a model sampled is trained on as the
 * sampled ids, never as re-encoded text. What would open or close a message is removed from all of them
 * first ({@link messageCleaner}): no message can open another one.
 *
 * @param tokenizer Text to ids.
 * @param template Messages to text.
 * @param messages The chat so far.
 * @param options Whether an answer is to be generated.
 * @returns Shape [T], the ids.
 */
export function encodeChat(
  tokenizer: Tokenizer,
  template: ChatTemplate,
  messages: readonly Message[],
  options: RenderOptions,
): Int32Array {
  const clean = messageCleaner(tokenizer, template);
  const cleaned = messages.map(({ role, content }) => ({ role, content: clean(content) }));
  return tokenizer.encode(template.render(cleaned, options));
}
