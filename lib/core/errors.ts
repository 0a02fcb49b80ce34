import { printable } from "./printable.ts";

/** What an error carries besides its message. */
export interface ErrorDetails {
  /** What the error is about: a path, a key, a tensor's name. */
  readonly thing?: string;
  /** The value that was refused. */
  readonly value?: unknown;
  /** What to do about it, as an instruction; appended to the message on a line of its own. */
  readonly remedy?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * An error that the person at the command line can do something about: shown without a stack.
 * Mistakes in code (a wrong shape, a wrong argument) stay `RangeError`, `TypeError` and `SyntaxError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RunError } from "./errors.ts";
 *
 * const error = new RunError("Cannot create the run folder as it exists: runs/a", {
 *   thing: "runs/a",
 *   remedy: "Choose another folder with --out",
 * });
 * assertEquals(error.message.split("\n").length, 2);
 * assertEquals(error.thing, "runs/a");
 * ```
 */
export class MaporlError extends Error {
  /** What the error is about: a path, a key, a tensor's name. */
  readonly thing: string | undefined;
  /** The value that was refused. */
  readonly value: unknown;
  /** What to do about it. */
  readonly remedy: string | undefined;

  /**
   * An error with its details.
   *
   * @param message `Cannot <action> as <expected>: <actual>`, without a final period.
   * @param details The thing, its value, the remedy, the cause.
   */
  constructor(message: string, details: ErrorDetails = {}) {
    super(
      // What was given stands in here: a path or a foreign file must not steer the terminal.
      printable(message) +
        (details.remedy === undefined ? "" : `\n  ${printable(details.remedy)}`),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.thing = details.thing;
    this.value = details.value;
    this.remedy = details.remedy;
  }
}

/** A configuration that cannot be used: unknown keys, wrong types, impossible combinations. */
export class ConfigError extends MaporlError {}

/** A checkpoint or saved state that is missing, truncated, foreign or does not fit. */
export class CheckpointError extends MaporlError {}

/** A run folder or one of its files that cannot be made, written, read or resumed. */
export class RunError extends MaporlError {}

/** A device or a native library that is not there or does not work. */
export class DeviceError extends MaporlError {}

/** A number that must be finite or in range and is not: a score, a norm, a loss. */
export class NumericError extends MaporlError {}

/** The reason of an abort signal after Ctrl-C: work stops, state is saved, the run can be resumed. */
export class InterruptedError extends MaporlError {}
