/**
 * Errors of a benchmark as people read them.
 *
 * @module
 */
import { exitCodeOf, printError } from "../../lib/tracking/mod.ts";

/**
 * Runs a command; what a user can do something about is printed without a stack.
 *
 * @param command Gives the exit code.
 * @returns Its exit code; 2 where what it was given cannot be used, 1 after any other error.
 */
export async function explain(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    printError(error, { isDebug: false });
    return exitCodeOf(error, { isRunning: true });
  }
}
