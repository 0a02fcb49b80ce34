// The npm mirror of Deno's standard library carries no types: the declarations stand beside this file.
// @ts-self-types="./std_yaml.d.ts"
export * from "deno-std/yaml/mod.js";
