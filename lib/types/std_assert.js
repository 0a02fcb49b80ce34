// The npm mirror of Deno's standard library carries no types: the declarations stand beside this file.
// @ts-self-types="./std_assert.d.ts"
export * from "deno-std/assert/mod.js";
