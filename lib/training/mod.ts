/**
 * Training loops' parts: supervised steps, demonstrations, the MAPoRL update, run state, settings.
 *
 * @module
 */
export { listRunStates, type SaveOptions } from "./checkpoint_folders.ts";
export * from "./forecast_updates.ts";
export * from "./learning_rate.ts";
export * from "./longest_prompt.ts";
export * from "./make_seats.ts";
export * from "./check_lora_rank.ts";
export * from "./check_questions.ts";
export * from "./memory_plan.ts";
export * from "./reward_discussions.ts";
export * from "./run_state.ts";
export * from "./schemas.ts";
export * from "./settings.ts";
export * from "./supervised.ts";
export * from "./time_plan.ts";
export * from "./update_counts.ts";
export * from "./update_policies.ts";
export * from "./peak_memory.ts";
export * from "./hold_discussions.ts";
export * from "./evaluation_rounds.ts";
export * from "./frame_rows.ts";
export * from "./progress_lines.ts";
export * from "./training_loop.ts";
