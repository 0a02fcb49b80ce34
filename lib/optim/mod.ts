/**
 * Training of named variables: gradients, clipping, AdamW and schedules.
 *
 * @module
 */
export * from "./accumulate_grads.ts";
export * from "./adamw.ts";
export * from "./clip_grad_norm.ts";
export * from "./muon.ts";
export * from "./optimizer.ts";
export * from "./schedules.ts";
export * from "./value_and_grads.ts";
export * from "./accumulate_grads.ts";
export * from "./muon.ts";
export * from "./optimizer.ts";
