/** What {@linkcode writeFileAtomic} and the saving of checkpoints call what is not complete yet. */
const UNFINISHED = /\.[0-9a-f]{8}\.tmp$/;

/**
 * Whether something is what a process left that was killed while it wrote.
 *
 * @param name Name of a file or folder.
 * @returns Whether it may be removed once its folder is locked.
 */
export function isLeftover(name: string): boolean {
  return UNFINISHED.test(name);
}

/**
 * Removes what killed processes left anywhere in a folder, which must be locked. Links are neither
 * followed nor removed.
 *
 * @param path The folder.
 * @returns When they are gone; what cannot be removed or looked at stays.
 */
export async function removeLeftovers(path: string): Promise<void> {
  try {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
      if (isSymlink) continue;
      const inner = `${path}/${name}`;
      if (isLeftover(name)) await Deno.remove(inner, { recursive: true }).catch(() => {});
      else if (isDirectory) await removeLeftovers(inner);
    }
  } catch {
    // They do no harm: nothing reads them.
  }
}
