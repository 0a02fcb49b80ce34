/**
 * What runs are about, by name: tasks with their settings and their ways of discussing.
 *
 * @module
 */
export * from "./make_task.ts";
