/**
 * What is written to the terminal, a pipe or a file while a run goes on.
 *
 * @module
 */

import { MaporlError, printable } from "../core/mod.ts";

/** The standard output or the standard error. */
export type OutputStream = Pick<typeof Deno.stdout, "writeSync">;

/** How often a reader that is behind is given a millisecond before what does not fit is left out. */
const TRIES = 20;

const encoder = new TextEncoder();
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Outputs whose reader was behind last time: they are not waited for again. */
const behind = new WeakSet<OutputStream>();

/**
 * Writes a text as far as the other side takes it. What a reader that has gone, a closed terminal or a
 * full disk refuses is left out: everything that matters stands in the run's folder, and showing it
 * must not end the run.
 *
 * @param stream The output.
 * @param text Any text.
 * @returns Whether all of it was taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeOutput } from "./output.ts";
 *
 * const gone = { writeSync: () => { throw new Deno.errors.BrokenPipe(); } };
 * assertEquals(writeOutput(gone, "update 1\n"), false);
 * ```
 */
export function writeOutput(stream: OutputStream, text: string): boolean {
  const bytes = encoder.encode(text);
  let tries = behind.has(stream) ? 0 : TRIES;
  for (let done = 0; done < bytes.length;) {
    try {
      done += stream.writeSync(bytes.subarray(done));
    } catch (error) {
      if (error instanceof Deno.errors.Interrupted) continue;
      if (!(error instanceof Deno.errors.WouldBlock)) return false;
      if (tries-- <= 0) {
        behind.add(stream);
        return false;
      }
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
  behind.delete(stream);
  return true;
}

/** A line that may hold names of others; tables are long, so all of it. */
const shown = (line: string) => `${printable(line, Infinity)}\n`;

/**
 * Writes a line to the standard output, see {@linkcode writeOutput}; control characters are shown, not sent.
 *
 * @param line Text without the final line break.
 */
export function printLine(line: string): void {
  writeOutput(Deno.stdout, shown(line));
}

/**
 * Writes a line to the standard error, see {@linkcode writeOutput}; control characters are shown, not sent.
 *
 * @param line Text without the final line break.
 */
export function printErrorLine(line: string): void {
  writeOutput(Deno.stderr, shown(line));
}

/**
 * Writes an error to the standard error: one that a user can do something about without its stack.
 *
 * @param error What was thrown.
 * @param options Whether every error is shown with its stack.
 */
export function printError(error: unknown, { isDebug }: { readonly isDebug: boolean }): void {
  const isPlain = error instanceof MaporlError && !isDebug;
  printErrorLine(isPlain ? `error: ${error.message}` : Deno.inspect(error));
}

/** Methods of the console that print. */
const PRINTING = ["debug", "error", "info", "log", "warn"] as const;

/**
 * Lets nothing that a package prints end the run: its warnings go to the console, which throws when an
 * output is full.
 *
 * @returns To be disposed of when the run has ended.
 */
export function guardConsole(): Disposable {
  const before = PRINTING.map((name) => [name, console[name]] as const);
  for (const [name, print] of before) {
    console[name] = (...data: unknown[]) => {
      try {
        print(...data);
      } catch {
        // Left out, as in writeOutput().
      }
    };
  }
  return {
    [Symbol.dispose]: () => {
      for (const [name, print] of before) console[name] = print;
    },
  };
}
