/**
 * Tasks: questions with gold answers, their splits, and what counts as an answer.
 *
 * @module
 */
export * from "./answers/boxes.ts";
export * from "./answers/extract_label.ts";
export * from "./answers/extract_number.ts";
export * from "./answers/gold_gsm8k.ts";
export * from "./answers/normalise_response.ts";
export * from "./task.ts";
