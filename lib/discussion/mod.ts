/**
 * Discussions of several agents over several turns: who sees what when, and how it is written.
 *
 * @module
 */
export * from "./discussion_format.ts";
export * from "./format_small_world.ts";
export * from "./strategies.ts";
export * from "./verdict_bands.ts";
