/**
 * A model behind HTTP: OpenAI's protocol for chats, and a verifier's scores.
 *
 * @module
 */
export * from "./agent_adapter.ts";
export * from "./api_error.ts";
export * from "./chat_request.ts";
export * from "./chat_prompt.ts";
export * from "./loopback.ts";
export * from "./sampled_answer.ts";
export * from "./served_model.ts";
export * from "./serving_app.ts";
export * from "./start_server.ts";
export * from "./stop_text.ts";
export * from "./token_text.ts";
export * from "./verifier_format.ts";
export * from "./work_queue.ts";
