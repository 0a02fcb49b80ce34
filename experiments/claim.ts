import type { Interval } from "../lib/evaluation/mod.ts";
import type { IntervalEnds, Verdict } from "../lib/report/mod.ts";
import type { Frames } from "../lib/tracking/mod.ts";

/** A claim of the paper. */
export interface Claim {
  /** Its name in the report. */
  readonly id: string;
  /** What is claimed. */
  readonly sentence: string;
  /** Where the paper says so. */
  readonly place: string;
  /** The results that can decide it: the first one whose frames are there does. */
  readonly decidedBy: readonly Decider[];
}

/** A figure that decides a claim, and how. */
export interface DecidingFigure {
  /** What it is: `accuracy of the last turn minus the first`. */
  readonly what: string;
  /** The figure. */
  readonly interval: Interval;
  /** When the claim holds, in words: `above zero`. */
  readonly expected: string;
  /**
   * What an interval says about the claim.
   *
   * @param ends Of the interval.
   * @returns The verdict.
   */
  readonly decide: (ends: IntervalEnds) => Verdict;
}

/** A result that decides a claim. */
export interface Decider {
  /** Its name. */
  readonly result: string;
  /** How it differs from what the paper did, where that matters. */
  readonly note?: string;
  /**
   * The figures that decide; absent where the experiment is not there yet.
   *
   * @param frames The result's frames.
   * @returns The figures; all of them must be as the claim wants.
   */
  readonly evidence?: (frames: Frames) => DecidingFigure[];
}
