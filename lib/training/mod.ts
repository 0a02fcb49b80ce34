/**
 * Training loops' parts: supervised steps, demonstrations, the MAPoRL update, run state, settings.
 *
 * @module
 */
export * from "./check_algorithm.ts";
export * from "./check_effects.ts";
export { COMPARED_ANSWERS } from "./credit_comparisons.ts";
export { listRunStates, type SaveOptions } from "./checkpoint_folders.ts";
export * from "./forecast_updates.ts";
export * from "./foreign_verifiers.ts";
export * from "./learning_rate.ts";
export * from "./longest_prompt.ts";
export * from "./describe_too_long.ts";
export * from "./planned_discussions.ts";
export * from "./make_seats.ts";
export * from "./seat_choices.ts";
export * from "./seat_schema.ts";
export * from "./seat_starts.ts";
export * from "./seat_titles.ts";
export * from "./check_seats.ts";
export * from "./check_agents.ts";
export * from "./initial_policies.ts";
export * from "./load_seats.ts";
export * from "./check_lora_rank.ts";
export * from "./check_prefill.ts";
export * from "./check_questions.ts";
export * from "./base_memory.ts";
export * from "./memory_plan.ts";
export * from "./reward_discussions.ts";
export * from "./reward_watch.ts";
export * from "./run_state.ts";
export * from "./same_folder.ts";
export * from "./source_run.ts";
export * from "./schemas.ts";
export * from "./supervised.ts";
export * from "./time_plan.ts";
export * from "./policy_seats.ts";
export * from "./ppo_options.ts";
export * from "./training_cost.ts";
export * from "./training_rows.ts";
export * from "./update_counts.ts";
export * from "./update_policies.ts";
export * from "./peak_memory.ts";
export * from "./hold_discussions.ts";
export * from "./effect_rules.ts";
export * from "./answer_cost.ts";
export * from "./baseline_rounds.ts";
export * from "./evaluation_rounds.ts";
export * from "./frame_rows.ts";
export * from "./progress_lines.ts";
export * from "./training_loop.ts";
export * from "./discussion_rounds.ts";
export * from "./hold_round.ts";
export * from "./run_parts.ts";
export * from "./update_record.ts";
export * from "./update_schedule.ts";
export * from "./forecast_lines.ts";
