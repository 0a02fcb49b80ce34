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
export async function whileUnlistable<R>(
  work: () => Promise<R>,
  folder?: string,
): Promise<R> {
  const readDir = Deno.readDir;
  Deno.readDir = async function* (path) {
    if (folder !== undefined && `${path}` !== folder) return yield* readDir(path);
    throw new Deno.errors.PermissionDenied("no");
  };
  try {
    return await work();
  } finally {
    Deno.readDir = readDir;
  }
}
