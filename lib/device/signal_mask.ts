/**
 * Keeps signals off the threads that compute.
 *
 * @module
 */

import { Worker } from "node:worker_threads";

/** A system's C library and how it masks signals. Windows runs handlers on a thread made for them. */
interface SignalSystem {
  /** The C library. */
  readonly library: string;
  /** Bytes of a `sigset_t`. */
  readonly maskBytes: number;
  /** `SIG_BLOCK` and `SIG_UNBLOCK`. */
  readonly how: Readonly<Record<"block" | "unblock", number>>;
}

const SYSTEMS: Readonly<Record<string, SignalSystem>> = {
  linux: { library: "libc.so.6", maskBytes: 128, how: { block: 0, unblock: 1 } },
  darwin: { library: "libSystem.B.dylib", maskBytes: 4, how: { block: 1, unblock: 2 } },
};

/**
 * What comes from outside and a program may handle, with its number. Left alone are signals that a
 * thread's own instruction raises (blocked, they end the process without a word), those that stop a
 * process that touches a terminal it does not have, and SIGPROF, by which a profiler asks this very
 * thread.
 */
const SIGNALS: readonly Readonly<Record<"linux" | "darwin", number>>[] = [
  { linux: 1, darwin: 1 }, // SIGHUP
  { linux: 2, darwin: 2 }, // SIGINT
  { linux: 3, darwin: 3 }, // SIGQUIT
  { linux: 10, darwin: 30 }, // SIGUSR1
  { linux: 12, darwin: 31 }, // SIGUSR2
  { linux: 14, darwin: 14 }, // SIGALRM
  { linux: 15, darwin: 15 }, // SIGTERM
  { linux: 17, darwin: 20 }, // SIGCHLD
  { linux: 18, darwin: 19 }, // SIGCONT
  { linux: 20, darwin: 18 }, // SIGTSTP
  { linux: 23, darwin: 16 }, // SIGURG
  { linux: 26, darwin: 26 }, // SIGVTALRM
  { linux: 28, darwin: 28 }, // SIGWINCH
  { linux: 29, darwin: 23 }, // SIGIO
];

/** The mask of the calling thread. */
interface Mask {
  /** Blocks or unblocks; false where that is not needed or not permitted. */
  readonly set: (how: "block" | "unblock") => boolean;
  /** Whether signals were blocked when this was opened: whoever started the process had blocked them. */
  readonly wasBlocked: boolean;
}

const NO_MASK: Mask = { set: () => false, wasBlocked: false };

let opened: Mask | undefined;

function openMask(os: string = Deno.build.os): Mask {
  const system = SYSTEMS[os];
  if (system === undefined) return NO_MASK;
  try {
    const { symbols } = Deno.dlopen(system.library, {
      pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    });
    const mask = new Uint8Array(system.maskBytes);
    for (const signal of SIGNALS) {
      const bit = signal[os as keyof typeof signal] - 1;
      mask[bit >> 3]! |= 1 << (bit & 7); // both systems count in little-endian words
    }
    const before = new Uint8Array(system.maskBytes);
    symbols.pthread_sigmask(system.how.block, null, before);
    return {
      set: (how) => symbols.pthread_sigmask(system.how[how], mask, null) === 0,
      wasBlocked: mask.some((bits, i) => (bits & before[i]!) !== 0),
    };
  } catch {
    // Without --allow-ffi no native code computes, and no thread has to be kept from signals.
    return NO_MASK;
  }
}

/**
 * Keeps signals off the calling thread, and off the threads that it and native libraries will start from
 * it: to be called before a thread computes and before it opens a library. The system then takes them to
 * one of the threads that the runtime started before. A signal needs the stack of the thread that it
 * interrupts, and native code may use that otherwise: oneDNN 2.6 points the stack's register into its
 * buffers during a product, where the signal's frame overwrites them (oneDNN's issue 4845). A thread that
 * blocks signals still listens to them with `Deno.addSignalListener`; child processes that it starts have
 * them blocked on all threads, until they call {@link receiveSignals}.
 *
 * @returns False where nothing was done: on Windows, which runs handlers on a thread of their own, and
 *   without the permission to call native code.
 *
 * @example
 * ```ts
 * import { blockSignals, unblockSignals } from "./signal_mask.ts";
 *
 * blockSignals(); // computes undisturbed
 * unblockSignals(); // as before: a child process started now can be interrupted
 * ```
 */
export function blockSignals(): boolean {
  return (opened ??= openMask()).set("block");
}

/**
 * Takes signals on the calling thread again: to be called before the start of a child process by a program
 * that has computed.
 *
 * @returns False where nothing was done, see {@link blockSignals}.
 */
export function unblockSignals(): boolean {
  return (opened ??= openMask()).set("unblock");
}

/**
 * Sees to it that signals reach this process: to be called before the first {@link blockSignals} by a
 * program that is to be interrupted. Where whoever started it had blocked them, all of its threads have
 * inherited that, and a thread of their own takes them.
 */
export function receiveSignals(): void {
  opened ??= openMask();
  if (!opened.wasBlocked || receiver !== undefined) return;
  receiver = new Worker(new URL("./signal_worker.ts", import.meta.url));
  receiver.unref(); // it must not keep the program from ending
}

let receiver: Worker | undefined;
