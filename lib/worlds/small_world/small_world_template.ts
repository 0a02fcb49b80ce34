import { type ChatTemplate, jinjaTemplate } from "../../text/mod.ts";
import { SMALL_WORLD_TOKENIZER_CONFIG } from "./small_world_tokenizer.ts";

/** Chats of the small world: `<|user|> … <|assistant|> … <|end|> <|user|> …`. */
export const smallWorldTemplate: ChatTemplate = jinjaTemplate(
  SMALL_WORLD_TOKENIZER_CONFIG.chat_template,
  { eosToken: SMALL_WORLD_TOKENIZER_CONFIG.eos_token },
);
