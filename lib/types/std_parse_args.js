// The npm mirror of Deno's standard library carries no types: the declarations stand beside this file.
// @ts-self-types="./std_parse_args.d.ts"
export * from "deno-std/cli/parse_args.js";
