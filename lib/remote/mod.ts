/**
 * Agents behind servers that speak OpenAI's protocol for chats.
 *
 * @module
 */
export { type ChatReply } from "./chat_reply.ts";
export * from "./chat_server.ts";
export * from "./choose_model.ts";
export * from "./remote_agent.ts";
export * from "./remote_api_key.ts";
export * from "./remote_error.ts";
export { retryDelay, type RetryDelayOptions } from "./retry_delay.ts";
