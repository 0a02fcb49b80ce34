/**
 * Errors of a benchmark as people read them.
 *
 * @module
 */
import { MaporlError } from "../../lib/core/mod.ts";

/**
 * Runs a command; what a user can do something about is printed without a stack.
 *
 * @param command Gives the exit code.
 * @returns Its exit code, or 1 after an error.
 */
export async function explain(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof MaporlError) console.error(`error: ${error.message}`);
    else console.error(error);
    return 1;
  }
}
