import type { Message } from "./message.ts";

/** Settings of {@link ChatTemplate.render}. */
export interface RenderOptions {
  /** Whether to end with the marker that opens an assistant's message. */
  readonly addGenerationPrompt: boolean;
}

/** How a model's chats are written as one text. */
export interface ChatTemplate {
  /**
   * Names everything that it does, so that what was trained with it can tell another one; absent =
   * nothing that depends on it can be saved.
   */
  readonly fingerprint?: string;
  /**
   * Writes a chat.
   *
   * @param messages The chat so far.
   * @param options Whether an answer is to be generated.
   * @returns The chat as text with its markers.
   */
  render(messages: readonly Message[], options: RenderOptions): string;
}
