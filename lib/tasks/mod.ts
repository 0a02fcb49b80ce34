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
export * from "./arithmetic.ts";
export * from "./arithmetic_problem.ts";
export * from "./arithmetic_solution.ts";
export * from "./arithmetic_text.ts";
export * from "./entailment.ts";
export * from "./entailment_derivation.ts";
export * from "./make_task.ts";
export * from "./split_of.ts";
export * from "./task.ts";
export * from "./write_equation.ts";
