/**
 * Batched sampling from a decoder.
 *
 * @module
 */
export * from "./generate.ts";
