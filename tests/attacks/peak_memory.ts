/**
 * The most memory that this process ever held.
 *
 * @module
 */

/** Where `struct rusage` has the peak: behind two times of two words each. */
const PEAK_WORD = 4;

const getrusage = Deno.build.os === "windows" ? undefined : Deno.dlopen(
  Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6",
  { getrusage: { parameters: ["i32", "buffer"], result: "i32" } },
).symbols.getrusage;

/**
 * The peak so far, also where it lasted for a moment only.
 *
 * @returns Bytes; what is held now where the system does not tell.
 */
export function peakMemory(): number {
  if (getrusage === undefined) return Deno.memoryUsage().rss;
  const usage = new BigInt64Array(18);
  getrusage(0, usage);
  return Number(usage[PEAK_WORD]) * (Deno.build.os === "darwin" ? 1 : 1024);
}
