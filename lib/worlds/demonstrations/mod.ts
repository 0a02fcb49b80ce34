/**
 * Worked solutions and simulated discussions that models are taught by.
 *
 * @module
 */
export * from "./demonstration_batch.ts";
export * from "./demonstrations.ts";
export * from "./demonstrator.ts";
export * from "./simulated_score.ts";
