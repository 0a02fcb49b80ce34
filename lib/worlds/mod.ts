/**
 * What runs are about, by name: tasks with their settings and their ways of discussing.
 *
 * @module
 */
export * from "./anli_kind.ts";
export * from "./gsm8k_kind.ts";
export * from "./jsonl_kind.ts";
export * from "./registry.ts";
export * from "./task_kind.ts";
export * from "./tinygsm_kind.ts";
