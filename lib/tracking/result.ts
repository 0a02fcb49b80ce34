import type { ConfigError, Mapping } from "../core/mod.ts";
import type { ArmRunPlace } from "./arms.ts";
import type { Frames } from "./result_frames.ts";
import type { KeepOptions } from "./run_arms.ts";
import type { ResultParts } from "./write_result.ts";

/** How a result is made. */
export interface MakeOptions extends KeepOptions {
  /** How many of its seeds, the first ones; default all. */
  readonly numSeeds?: number;
  /** Whether with small budgets, which fill its tables and tell nothing. */
  readonly isQuick: boolean;
  /** Folder of what is made besides runs. */
  readonly folder: string;
}

/** A result that can be made again: frames, and what is shown of them. */
export interface Result {
  /** What it shows, in a line. */
  readonly summary: string;
  /** What its runs take, in words: of an experiment with arms, those of one seed. */
  readonly minutes?: string;
  /** How many seeds it has, if it has several. */
  readonly numSeeds?: number;
  /** Runs that it is made from. */
  readonly numRuns: number;
  /**
   * Makes its small frames.
   *
   * @param options How runs are kept and made.
   * @returns The frames, and what they were made by.
   */
  make(options: MakeOptions): Promise<MadeResult>;
  /**
   * Looks for what it needs from elsewhere, such as somebody else's model.
   *
   * @returns What is missing, and how to get it; absent, or undefined, where nothing is.
   */
  missing?(): Promise<ConfigError | undefined>;
  /**
   * Counts the runs that are not finished yet.
   *
   * @param options As for making it.
   * @returns How many; absent where it needs no run.
   */
  runsToMake?(options: MakeOptions): Promise<number>;
  /**
   * Makes what is shown, from nothing but the frames.
   *
   * @param frames The frames, as they were written or committed.
   * @returns Tables, pictures, numbers.
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
  /** Where its runs lie, if they are those of arms. */
  readonly places?: readonly ArmRunPlace[];
}
