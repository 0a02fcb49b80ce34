import { withoutChatMarkers } from "../../text/chat_markers.ts";
import type { ChatTemplate, RenderOptions } from "../../text/chat_template.ts";
import type { Message } from "../../text/message.ts";

/**
 * Chats of the small world: `<|user|> … <|assistant|> … <|end|> <|user|> …`. Only answers are
 * closed by `<|end|>`, as only answers are generated.
 *
 * Chat markers inside a message are removed: a message can never open another one.
 */
export const smallWorldTemplate: ChatTemplate = Object.freeze({ render });

function render(messages: readonly Message[], { addGenerationPrompt }: RenderOptions): string {
  const parts: string[] = [];
  for (const { role, content } of messages) {
    if (role === "system") {
      throw new TypeError(
        "Cannot render the chat as the small world has no system messages: put it into a user message",
      );
    }
    const text = withoutChatMarkers(content);
    parts.push(role === "user" ? `<|user|> ${text}` : `<|assistant|> ${text} <|end|>`);
  }
  if (addGenerationPrompt) parts.push("<|assistant|>");
  return parts.join(" ");
}
