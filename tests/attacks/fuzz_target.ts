/**
 * What is fuzzed, and how what happens is judged.
 *
 * @module
 */
import { MaporlError, type Random } from "../../lib/core/mod.ts";

/** What became of an input. */
export type Outcome =
  /** Refused in a sentence. */
  | "clear error"
  /** Taken, and nothing that decides results is other than it was. */
  | "harmless"
  /** Taken as another valid input, where the user may give any. */
  | "other input"
  /** Taken, and something that decides results is other than it was. */
  | "silent"
  /** Refused in words that do not help, or that do harm to a terminal. */
  | "unclear error"
  /** Any other exception. */
  | "stack"
  /** The process ended. */
  | "crash"
  /** No answer in time. */
  | "hang"
  /** More than a gigabyte of memory. */
  | "blow-up";

/** All outcomes, in the order of tables. */
export const OUTCOMES: readonly Outcome[] = [
  ...["clear error", "harmless", "other input", "silent", "unclear error"] as const,
  ...["stack", "crash", "hang", "blow-up"] as const,
];

/** Outcomes that must not be. */
export const BAD: readonly Outcome[] = OUTCOMES.slice(3);

/** What became of an input, and why. */
export interface Verdict {
  /** The outcome. */
  readonly outcome: Outcome;
  /** Why, where it is bad. */
  readonly detail?: string;
}

/** An input and what takes it. */
export interface Attempt {
  /** The input, for people; cut where it is long. */
  readonly input: string;
  /** Lets the library take it; says what became of it, or throws what the library throws. */
  take(): Promise<Verdict> | Verdict;
}

/** A part of the library that takes input. */
export interface Target {
  /** Name in tables and in `--only`, as `fuzz_shares.ts` has it. */
  readonly name: string;
  /** Classes of the errors that it is documented to throw. */
  readonly errors: readonly (abstract new (...args: never[]) => Error)[];
  /** Makes an input. */
  attempt(random: Random): Promise<Attempt> | Attempt;
}

/** Control characters except for tabs and new lines. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
/** Letters that a line of a message may have: what is wrong, the value, what is allowed. */
const MAX_LINE = 600;
/** Lines that a message may have: ten entries that are wrong, what is wrong with them, and what to do. */
const MAX_LINES = 13;

/** Taken, nothing changed. */
export const HARMLESS: Verdict = { outcome: "harmless" };

/**
 * The verdict on something that was taken although it must not be.
 *
 * @param detail What is other than it was.
 * @returns The verdict.
 */
export const silent = (detail: string): Verdict => ({ outcome: "silent", detail });

/**
 * Judges what a target threw.
 *
 * @param error What was thrown.
 * @param target The target.
 * @returns Clear error, unclear error or stack.
 */
export function judgeError(error: unknown, { errors }: Pick<Target, "errors">): Verdict {
  const isDocumented = errors.some((known) => error instanceof known);
  if (!(error instanceof MaporlError)) {
    if (isDocumented) return { outcome: "clear error" };
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    return { outcome: "stack", detail: stack.split("\n").slice(0, 4).join("\n") };
  }
  if (!isDocumented) {
    return {
      outcome: "unclear error",
      detail: `${error.name} is not documented: ${error.message}`,
    };
  }
  return judgeMessage(error.message);
}

/**
 * Judges a message that a user is to read.
 *
 * @param message The message.
 * @returns Clear error, unclear error or stack.
 */
export function judgeMessage(message: string): Verdict {
  const unclear = (reason: string): Verdict => ({
    outcome: "unclear error",
    detail: `${reason}: ${JSON.stringify(message.slice(0, 300))}`,
  });
  if (/^\s+at .+:\d+:\d+\)?$/m.test(message)) {
    return { outcome: "stack", detail: message.slice(0, 600) };
  }
  if (CONTROL.test(message)) return unclear("control characters");
  const lines = message.split("\n");
  if (lines.length > MAX_LINES) return unclear(`${lines.length} lines`);
  const longest = Math.max(...lines.map(({ length }) => length));
  if (longest > MAX_LINE) return unclear(`a line of ${longest} letters`);
  if (!message.startsWith("Cannot ")) return unclear("it does not say what cannot be done");
  return { outcome: "clear error" };
}
