/**
 * Multi-agent policy gradients: policies by (agent, turn group), credit, PPO's losses, the update.
 *
 * @module
 */
export * from "./counterfactual_credit.ts";
export * from "./credit.ts";
export * from "./critic.ts";
export * from "./critic_step.ts";
export * from "./explained_variance.ts";
export * from "./gae.ts";
export * from "./gae_credit.ts";
export * from "./grpo_credit.ts";
export * from "./kl.ts";
export * from "./kl_of_rows.ts";
export * from "./make_credit.ts";
export * from "./micro_batches.ts";
export * from "./mini_batch_weights.ts";
export * from "./mini_batches.ts";
export * from "./policies.ts";
export * from "./policy_agent.ts";
export * from "./policy_group.ts";
export * from "./policy_rows.ts";
export * from "./ppo_loss.ts";
export * from "./ppo_options.ts";
export * from "./ppo_rows.ts";
export * from "./ppo_stats.ts";
export * from "./ppo_step.ts";
export * from "./ppo_targets.ts";
export * from "./ppo_update.ts";
export * from "./reinforce_plus_plus_credit.ts";
export * from "./rewards_to_go.ts";
export * from "./rloo_credit.ts";
export * from "./sampling_mismatch.ts";
export * from "./step_reads.ts";
export * from "./turn_schedule.ts";
export * from "./update_memory.ts";
export * from "./whiten.ts";
export * from "./whitening_pools.ts";
