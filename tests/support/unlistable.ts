/**
 * Folders that may not be listed, as root's tests cannot have them otherwise.
 *
 * @module
 */

/**
 * Lets no folder be listed meanwhile.
 *
 * @param work What is done.
 * @returns What it gives.
 */
export async function whileUnlistable<R>(work: () => Promise<R>): Promise<R> {
  const readDir = Deno.readDir;
  // deno-lint-ignore require-yield
  Deno.readDir = async function* () {
    await Promise.resolve();
    throw new Deno.errors.PermissionDenied("no");
  };
  try {
    return await work();
  } finally {
    Deno.readDir = readDir;
  }
}
