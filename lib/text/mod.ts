/**
 * Messages, tokenizers and chat templates: from a chat to token ids and back.
 *
 * @module
 */
export * from "./chat_markers.ts";
export * from "./chat_template.ts";
export * from "./encode_chat.ts";
export * from "./message.ts";
export * from "./small_world_template.ts";
export * from "./small_world_tokenizer.ts";
export * from "./small_world_tokenizer_json.ts";
export * from "./small_world_vocabulary.ts";
export * from "./tokenizer.ts";
