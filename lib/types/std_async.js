// The npm mirror of Deno's standard library carries no types: the declarations stand beside this file.
// @ts-self-types="./std_async.d.ts"
export { delay } from "deno-std/async/delay.js";
export { pooledMap } from "deno-std/async/pool.js";
