/**
 * Ctrl-C, `kill` and closed terminals as the end of a run that loses nothing.
 *
 * @module
 */
import { InterruptedError } from "../core/mod.ts";
import { ignoresHangUp } from "../device/hang_up.ts";
import { receiveSignals } from "../device/signal_mask.ts";

/** Signals that end a run, with the exit code that tells of each: 128 and its number. */
const EXIT_CODES: Readonly<Partial<Record<Deno.Signal, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGBREAK: 149,
};

/**
 * Milliseconds within which signals count as one. At a terminal Ctrl-C reaches a program that `deno task`
 * has started twice: from the terminal, and passed on by the task.
 */
const SAME_MS = 250;

/** Whether a run is to end. */
export interface Interruption extends Disposable {
  /** Aborted by the first signal, with an `InterruptedError`. */
  readonly signal: AbortSignal;
  /** Exit code after the signal that came; that of Ctrl-C before. */
  readonly exitCode: number;
}

/** The signals that are listened to: Windows has Ctrl-Break in place of the others. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Turns Ctrl-C, `kill` and the end of the terminal into an aborted signal. A second one ends the process
 * at once, unless it comes together with the first or is the end of the terminal, after which nobody is
 * there who would not wait. To be called before a device is started, whose threads take no signals.
 *
 * @param onFirst Told when the first has come: a place to say so.
 * @returns The signal; disposing of it ends listening.
 */
export function listenForInterruption(onFirst: () => void): Interruption {
  const controller = new AbortController();
  let exitCode = EXIT_CODES.SIGINT!;
  let first = 0;
  // Not listened to, SIGHUP would end a process that listens to any signal, also under nohup.
  const ignored = ignoresHangUp() ? "SIGHUP" : undefined;
  const listeners = SIGNALS.map((name) => () => {
    if (name === ignored) return;
    if (!controller.signal.aborted) {
      first = performance.now();
      exitCode = EXIT_CODES[name]!;
      controller.abort(new InterruptedError(`Interrupted by ${name}`));
      onFirst();
    } else if (name !== "SIGHUP" && performance.now() - first > SAME_MS) Deno.exit(exitCode);
  });
  receiveSignals();
  SIGNALS.forEach((name, i) => Deno.addSignalListener(name, listeners[i]!));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () =>
      SIGNALS.forEach((name, i) => Deno.removeSignalListener(name, listeners[i]!)),
  };
}
