/**
 * Batched sampling from a decoder.
 *
 * @module
 */
export * from "./generate.ts";
export * from "./generation_meter.ts";
export * from "./prefix_store.ts";
