/**
 * Messages, tokenizers and chat templates: from a chat to token ids and back.
 *
 * @module
 */
export * from "./chat_markers.ts";
export * from "./chat_template.ts";
export * from "./encode_chat.ts";
export * from "./message.ts";
export * from "./probe_template.ts";
export * from "./template_markers.ts";
export * from "./tokenizer.ts";
export * from "./hf_tokenizer.ts";
export * from "./jinja_template.ts";
export * from "./readable_chat.ts";
export * from "./readable_content.ts";
export * from "./readable_text.ts";
