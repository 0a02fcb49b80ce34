/**
 * What people look at when runs are done: pages that show every discussion.
 *
 * @module
 */
export * from "./discussion_pages.ts";
