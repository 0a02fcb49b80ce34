/**
 * What a run leaves behind.
 *
 * @module
 */
export * from "./columns.ts";
export * from "./frame.ts";
export * from "./frame_columns.ts";
export * from "./frame_writer.ts";
