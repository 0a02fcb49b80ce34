// Preact's own types load those of the whole DOM, which contradict Deno's: the declarations stand beside.
// @ts-self-types="./preact.d.ts"
export { h, render } from "npm-preact";
