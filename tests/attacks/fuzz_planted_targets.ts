/**
 * Faults that are planted to see that they are found: no part of the library, and no part of `deno task fuzz`.
 *
 * @module
 */
import { delay } from "@std/async";
import { HARMLESS, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { resourceUse } from "./resource_use.ts";

const GIB = 2 ** 30;

/** Holds memory that is written to, for a moment. */
function held(gibibytes: number): Verdict {
  const filled = new Uint8Array(Math.floor(gibibytes * GIB)).fill(1);
  return filled.at(-1) === 1 ? HARMLESS : silent("it is not there");
}

const planted = (name: string, take: () => Promise<Verdict> | Verdict): Target => ({
  name,
  errors: [],
  attempt: () => ({ input: name, take }),
});

/** What {@linkcode plantedTargets} must be found to be, by their names. */
export const PLANTED = {
  "planted loop": "hang",
  "planted wait": "hang",
  "planted gigabyte": "blow-up",
  "planted heap": "blow-up",
  "planted end": "crash",
  "planted mistake": "stack",
  "planted slowness": "hang",
  "planted half gigabytes": undefined,
  "planted nothing": undefined,
} as const;

/** A target for each kind of fault, and some that are none. */
export const plantedTargets: readonly Target[] = [
  planted("planted loop", () => {
    for (;;);
  }),
  planted("planted wait", async () => {
    await delay(1e6);
    return HARMLESS;
  }),
  // It answers, but in more time on a processor than it may take.
  planted("planted slowness", () => {
    const { seconds } = resourceUse();
    while (resourceUse().seconds < seconds + 2.3);
    return HARMLESS;
  }),
  planted("planted gigabyte", () => held(1.2)),
  planted("planted heap", () => {
    const lists: number[][] = [];
    for (;;) lists.push(new Array(1 << 24).fill(lists.length + 0.5));
  }),
  planted("planted end", () => Deno.exit(3)),
  planted("planted mistake", () => {
    throw new TypeError("x is undefined");
  }),
  planted("planted half gigabytes", () => held(0.6)),
  planted("planted nothing", () => HARMLESS),
];
