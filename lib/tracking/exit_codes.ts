import { CheckpointError, ConfigError, MaporlError } from "../core/mod.ts";

/**
 * Exit codes. `refused`: what was given cannot be used (flags, settings, files, models, a device), whether
 * that shows before anything is made or when a run reads it. `failed`: everything else, such as a full disk
 * or a mistake in code. A run that a signal ended has 128 and the signal's number, as in a shell: 130 after
 * Ctrl-C, 143 after `kill`, 129 after its terminal was closed.
 */
export const exitCodes = { done: 0, failed: 1, refused: 2 } as const;

/**
 * The exit code of an error.
 *
 * @param error What was thrown.
 * @param options Whether a run was going on: before it, all that a user can do something about is a refusal.
 * @returns `failed` or `refused`.
 */
export function exitCodeOf(
  error: unknown,
  { isRunning }: { readonly isRunning: boolean },
): number {
  const isRefused = isRunning
    ? error instanceof ConfigError || error instanceof CheckpointError
    : error instanceof MaporlError;
  return isRefused ? exitCodes.refused : exitCodes.failed;
}
