import type { Mapping } from "../core/mod.ts";
import type { Frames } from "./result_frames.ts";
import type { KeepOptions } from "./run_arms.ts";
import type { ResultParts } from "./write_result.ts";

/** A result that can be made again: frames, and what is shown of them. */
export interface Result {
  /** What it shows, in a line. */
  readonly summary: string;
  /** What its runs take, in words: of an experiment with arms, those of one seed. */
  readonly minutes?: string;
  /** Runs that it is made from. */
  readonly numRuns: number;
  /**
   * Makes its small frames.
   *
   * @param keep How runs are kept and made.
   * @returns The frames, and what they were made by.
   */
  make(keep: KeepOptions): Promise<MadeResult>;
  /**
   * Makes what is shown, from nothing but the frames.
   *
   * @param frames The frames, as they were written or committed.
   * @returns Tables, picture, numbers.
   */
  show(frames: Frames): ResultParts;
}

/** The frames of a result, or the exit code of the run that it lacks. */
export interface MadeResult {
  /** Exit code of the run that did not finish; 0 if all are finished. */
  readonly code: number;
  /** The frames; absent when a run is missing. */
  readonly frames?: Frames;
  /** What they were made by: plain JSON. */
  readonly madeBy?: Mapping;
}
