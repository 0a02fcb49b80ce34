/**
 * What this process took so far.
 *
 * @module
 */

/** Memory and time. */
export interface ResourceUse {
  /** The most memory that it held since {@linkcode forgetPeak}, in bytes, also where it held it for a moment only. */
  readonly peakBytes: number;
  /** Time on processors, in seconds: what others do on them does not count. */
  readonly seconds: number;
}

/** Words of `struct rusage`: two times of seconds and microseconds, then the peak. */
const NUM_WORDS = 18;

const getrusage = Deno.build.os === "windows" ? undefined : Deno.dlopen(
  Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6",
  { getrusage: { parameters: ["i32", "buffer"], result: "i32" } },
).symbols.getrusage;

const files = Deno.build.os !== "linux" ? undefined : Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
}).symbols;

const READ_ONLY = 0, WRITE_ONLY = 1;
/** Linux's file of what a process is. */
const MOST_STATUS_BYTES = 8192;
/** What Linux is told, so that the peak is what is held now; Deno's own files do not reach this one. */
const RESET = new TextEncoder().encode("5");
const openFile = (path: string, mode: number) =>
  files?.open(new TextEncoder().encode(`${path}\0`), mode) ?? -1;
const clearRefs = openFile("/proc/self/clear_refs", WRITE_ONLY);
const status = openFile("/proc/self/status", READ_ONLY);

/**
 * Makes the peak what is held now, so that it tells what comes next however much there was before.
 *
 * @returns False where the system cannot: the peak stays that of the whole process.
 */
export function forgetPeak(): boolean {
  if (files === undefined || clearRefs < 0) return false;
  return files.write(clearRefs, RESET, BigInt(RESET.length)) === BigInt(RESET.length);
}

/**
 * The peak since {@linkcode forgetPeak}. That of `getrusage()` is never below what the process that started this one
 * held at that moment, and hides what is taken here.
 */
function ownPeak(): number | undefined {
  if (files === undefined || status < 0) return undefined;
  const bytes = new Uint8Array(MOST_STATUS_BYTES);
  const count = Number(files.pread(status, bytes, BigInt(bytes.length), 0n));
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(
    new TextDecoder().decode(bytes.subarray(0, Math.max(0, count))),
  ) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/**
 * Asks the system.
 *
 * @returns Peak and time; on Windows what is held now, and the time since the start.
 */
export function resourceUse(): ResourceUse {
  if (getrusage === undefined) {
    return { peakBytes: Deno.memoryUsage().rss, seconds: performance.now() / 1000 };
  }
  const words = new BigInt64Array(NUM_WORDS);
  getrusage(0, words);
  const [userSeconds, userMicros, systemSeconds, systemMicros, peak] = Array.from(words, Number);
  return {
    peakBytes: ownPeak() ?? peak! * (Deno.build.os === "darwin" ? 1 : 1024),
    // The upper half of a word of microseconds is not ours on every system.
    seconds: userSeconds! + systemSeconds! +
      (userMicros! % 2 ** 32 + systemMicros! % 2 ** 32) / 1e6,
  };
}
