/**
 * Multi-agent PPO: policies by (agent, turn group), advantages, losses, the update.
 *
 * @module
 */
export * from "./explained_variance.ts";
export * from "./gae.ts";
export * from "./kl.ts";
export * from "./mini_batch_weights.ts";
export * from "./mini_batches.ts";
export * from "./policies.ts";
export * from "./policy_agent.ts";
export * from "./policy_rows.ts";
export * from "./ppo_loss.ts";
export * from "./ppo_options.ts";
export * from "./ppo_rows.ts";
export * from "./ppo_stats.ts";
export * from "./ppo_step.ts";
export * from "./ppo_targets.ts";
export * from "./ppo_update.ts";
export * from "./rewards_to_go.ts";
export * from "./turn_schedule.ts";
export * from "./update_memory.ts";
export * from "./whiten.ts";
export * from "./whitening_pools.ts";
