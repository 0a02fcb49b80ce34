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

/** Which leftovers are removed; default: all in a folder and below it. */
export interface LeftoverOptions {
  /**
   * Only what was last written to before this moment, in milliseconds since 1970: in a folder that nobody locks,
   * what is younger than this process may be of another one that is still at work.
   */
  readonly writtenBefore?: number;
  /** Only those of the file with this name, in the folder itself: for a folder with files of others. */
  readonly of?: string;
}

/**
 * Removes what killed processes left anywhere in a folder, which must be locked unless only what is old is removed.
 * Links are neither followed nor removed.
 *
 * @param path The folder.
 * @param options Which of them; default all.
 * @returns When they are gone; what cannot be removed or looked at stays.
 */
export async function removeLeftovers(path: string, options: LeftoverOptions = {}): Promise<void> {
  const { writtenBefore, of } = options;
  try {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
      if (isSymlink) continue;
      const inner = `${path}/${name}`;
      if (isLeftover(name)) {
        if (of !== undefined && name.replace(UNFINISHED, "") !== of) continue;
        if (writtenBefore !== undefined && await writtenAt(inner) >= writtenBefore) continue;
        await Deno.remove(inner, { recursive: true }).catch(() => {});
      } else if (isDirectory && of === undefined) await removeLeftovers(inner, options);
    }
  } catch {
    // They do no harm: nothing reads them.
  }
}

async function writtenAt(path: string): Promise<number> {
  const info = await Deno.lstat(path).catch(() => undefined);
  return info?.mtime?.getTime() ?? Infinity;
}
