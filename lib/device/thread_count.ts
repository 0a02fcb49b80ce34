import { DeviceError } from "../core/errors.ts";
import { readEnvironment } from "./environment.ts";

/** Most threads that are taken unasked: kernels are limited by memory long before. */
const MOST = 32;

/**
 * Threads to compute on: `MAPORL_THREADS`, else one per processor, 32 at most.
 *
 * @returns At least 1.
 * @throws {DeviceError} When `MAPORL_THREADS` is no integer from 1 to 256.
 */
export function threadCount(): number {
  const value = readEnvironment("MAPORL_THREADS");
  if (value === undefined) return Math.min(MOST, Math.max(1, navigator.hardwareConcurrency));
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new DeviceError(
    `Cannot take MAPORL_THREADS as it must be an integer from 1 to 256: ${value}`,
    {
      thing: "MAPORL_THREADS",
      value,
      remedy: "Unset it to compute on every processor",
    },
  );
}
