/**
 * The small world: two tasks in 128 words, a tokenizer, a chat template and a way of discussing in
 * which answers state what they do, and the texts that its base models are pretrained on.
 *
 * @module
 */
export * from "./arithmetic.ts";
export * from "./arithmetic_problem.ts";
export * from "./arithmetic_solution.ts";
export * from "./arithmetic_text.ts";
export * from "./closed_book_arithmetic.ts";
export * from "./closed_book_both.ts";
export * from "./closed_book_demonstrator.ts";
export * from "./closed_book_entailment.ts";
export * from "./closed_book_format.ts";
export * from "./closed_book_kind.ts";
export * from "./closed_book_task.ts";
export * from "./demonstrator.ts";
export * from "./entailment.ts";
export * from "./entailment_derivation.ts";
export * from "./evidence.ts";
export * from "./evidence_demonstrator.ts";
export * from "./fact_recall.ts";
export * from "./fact_table.ts";
export * from "./hidden_profile.ts";
export * from "./hidden_profile_format.ts";
export * from "./hidden_profile_kind.ts";
export * from "./small_world.ts";
export * from "./small_world_format.ts";
export * from "./small_world_kind.ts";
export * from "./small_world_pieces.ts";
export * from "./small_world_task.ts";
export * from "./small_world_template.ts";
export * from "./small_world_text.ts";
export * from "./small_world_tokenizer.ts";
export * from "./small_world_tokenizer_json.ts";
export * from "./small_world_vocabulary.ts";
export * from "./strategies.ts";
export * from "./strategy_probe.ts";
export * from "./write_equation.ts";
