import { InterruptedError } from "../core/mod.ts";
import { exitCodeOf, exitCodes } from "./exit_codes.ts";
import type { Interruption } from "./interruption.ts";
import { printError, printErrorLine } from "./output.ts";
import { nextStep } from "./resumption.ts";
import type { RunFolder } from "./run_folder.ts";

/** What {@linkcode endRun} needs to know besides the run and what went wrong. */
export interface EndOptions {
  /** The command line. */
  readonly args: readonly string[];
  /** Who asked for its end, if anybody did. */
  readonly interruption: Interruption;
  /** Where the run may write, besides its folder. */
  readonly places: readonly string[];
  /** Whether errors are shown with their stack. */
  readonly isDebug: boolean;
}

/**
 * Says what became of a run, and then has it recorded: a full disk takes no record of itself either.
 *
 * @param run The run.
 * @param problem What ended it; absent = it is finished.
 * @param options How it was asked for.
 * @returns The exit code; of a finished run that of the signal which came too late to stop it, if one did.
 */
export async function endRun(
  run: RunFolder,
  problem: { readonly error: unknown } | undefined,
  { args, interruption, places, isDebug }: EndOptions,
): Promise<number> {
  const isInterrupted = problem?.error instanceof InterruptedError;
  if (isInterrupted) printErrorLine(`Interrupted; the run is in ${run.path}`);
  else if (problem) printError(problem.error, { isDebug });
  let isRecorded = true;
  try {
    if (!problem) await run.finish("finished");
    else if (isInterrupted) await run.finish("interrupted");
    else await run.finish("failed", messageOf(problem.error));
  } catch (error) {
    isRecorded = false;
    printError(error, { isDebug });
  }
  if (!problem && isRecorded) {
    if (!interruption.signal.aborted) return exitCodes.done;
    // Whoever starts several runs one after the other must not go on with the next.
    printErrorLine(`Interrupted when all was done: the run is finished, in ${run.path}`);
    return interruption.exitCode;
  }
  const untouchedBy = run.isUntouched ? args : undefined;
  const next = await nextStep(run.path, places, { isInterrupted, untouchedBy });
  if (next !== null) printErrorLine(next);
  if (isInterrupted) return interruption.exitCode;
  return problem ? exitCodeOf(problem.error, { isRunning: true }) : exitCodes.failed;
}

/**
 * What went wrong first, where ending something because of it went wrong as well.
 *
 * @param error What was thrown.
 * @returns The first error.
 */
export function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
