import { Template } from "@huggingface/jinja";
import { digestOf } from "../core/digest.ts";
import { canonicalJson } from "../core/sealed_json.ts";
import { renderBounded } from "./bounded_jinja.ts";
import { withoutChatMarkers } from "./chat_markers.ts";
import type { ChatTemplate, RenderOptions } from "./chat_template.ts";
import type { Message } from "./message.ts";

/** Values that chat templates may name. */
export interface TemplateTokens {
  /** Text of the token that begins a sequence; absent = templates that name it write nothing there. */
  readonly bosToken?: string;
  /** Text of the token that ends an answer. */
  readonly eosToken?: string;
}

/**
 * A chat template as Hugging Face's `tokenizer_config.json` holds it.
 *
 * Chat markers (`<|…|>`) inside a message are removed first; {@link encodeChat} removes those of other
 * forms as well. A template that goes on for ever or grows without end is refused when it renders.
 *
 * @param source Jinja.
 * @param tokens Text of the model's special tokens.
 * @returns The template.
 * @throws {TypeError} When the source is no Jinja; from `render()`, when the template refuses the chat.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jinjaTemplate } from "./jinja_template.ts";
 *
 * const template = jinjaTemplate("{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}");
 * const chat = [{ role: "user" as const, content: "1 + 1 ?" }];
 * assertEquals(template.render(chat, { addGenerationPrompt: false }), "[user] 1 + 1 ?\n");
 * ```
 */
export function jinjaTemplate(source: string, tokens: TemplateTokens = {}): ChatTemplate {
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw new TypeError(`Cannot read the chat template as it must be Jinja: ${textOf(cause)}`, {
      cause,
    });
  }
  const { sha256: fingerprint } = digestOf(canonicalJson([source, tokens]));
  return Object.freeze({ fingerprint, render });

  function render(messages: readonly Message[], { addGenerationPrompt }: RenderOptions): string {
    try {
      return renderBounded(template, {
        messages: messages.map(({ role, content }) => ({
          role,
          content: withoutChatMarkers(content),
        })),
        add_generation_prompt: addGenerationPrompt,
        bos_token: tokens.bosToken ?? "",
        eos_token: tokens.eosToken ?? "",
      });
    } catch (cause) {
      throw new TypeError(`Cannot render the chat as its template refuses it: ${textOf(cause)}`, {
        cause,
      });
    }
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
