/**
 * What runs are about, by name: tasks with their settings and their ways of discussing.
 *
 * @module
 */
export * from "./jsonl_kind.ts";
export * from "./registry.ts";
export * from "./task_kind.ts";
