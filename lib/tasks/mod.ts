/**
 * Tasks: sets of questions with gold answers, and what counts as an answer.
 *
 * @module
 */
export * from "./answers/boxes.ts";
export * from "./answers/extract_label.ts";
export * from "./answers/extract_number.ts";
export * from "./answers/gold_gsm8k.ts";
export * from "./answers/normalise_response.ts";
export * from "./check_needs.ts";
export * from "./cut_questions.ts";
export * from "./data_task.ts";
export * from "./endless_sets.ts";
export * from "./extraction.ts";
export * from "./load_anli_task.ts";
export * from "./load_gsm8k_task.ts";
export * from "./load_jsonl_task.ts";
export * from "./load_tinygsm_task.ts";
export * from "./parse_questions.ts";
export * from "./question_length.ts";
export * from "./question_set.ts";
export * from "./read_questions.ts";
export * from "./split_of.ts";
export * from "./task.ts";
export * from "./task_notes.ts";
