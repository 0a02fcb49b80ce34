/**
 * Batched sampling from a decoder.
 *
 * @module
 */
export * from "./generate.ts";
export * from "./generate_options.ts";
export * from "./generated.ts";
export * from "./generation_cost.ts";
export * from "./prefix_store.ts";
