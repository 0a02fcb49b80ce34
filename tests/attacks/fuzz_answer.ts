/**
 * What the process that fuzzes and the one that counts say to each other, a line each.
 *
 * @module
 */
import type { Verdict } from "./fuzz_target.ts";

/** Cases of one target with seeds in a row. */
export interface Order {
  /** Name of the target. */
  readonly target: string;
  /** Seed of the first case. */
  readonly from: number;
  /** How many. */
  readonly count: number;
  /** Whether it says each input before it takes it, in case that no answer follows. */
  readonly tells?: boolean;
}

/** The answer to one case. */
export interface Answer extends Verdict {
  /** Its seed. */
  readonly seed: number;
  /** The input, for people, where the outcome is bad. */
  readonly input: string;
  /** What it took on processors. */
  readonly seconds: number;
}

/** What is said before the first answer to an order. */
export const READY = "ready";

/** What an answer's line begins with; other lines are what packages print. */
export const MARK = "fuzz answer: ";
