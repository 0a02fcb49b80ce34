/** Text of a file; undefined when it cannot be read. */
async function readIfThere(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch(() => undefined);
}

/**
 * The git revision of a folder, read from its files so that no permission to run programs is needed.
 *
 * @param folder The root of a checkout.
 * @returns The commit's hash; null when there is none (no checkout, an unusual one, or no permission).
 */
export async function gitRevision(folder: string): Promise<string | null> {
  // In a linked worktree `.git` is a file that names the folder, whose `commondir` names the main one.
  const pointer = (await readIfThere(`${folder}/.git`))?.match(/^gitdir: (.+)$/m)?.[1];
  const gitFolder = pointer ?? `${folder}/.git`;
  const head = (await readIfThere(`${gitFolder}/HEAD`))?.trim();
  const ref = head?.match(/^ref: (.+)$/)?.[1];
  if (ref === undefined) return head?.match(/^[0-9a-f]{40,64}$/)?.[0] ?? null;
  const common = (await readIfThere(`${gitFolder}/commondir`))?.trim();
  const mainFolder = common === undefined ? gitFolder : `${gitFolder}/${common}`;
  const loose = (await readIfThere(`${mainFolder}/${ref}`))?.trim();
  if (loose !== undefined) return loose;
  const packed = await readIfThere(`${mainFolder}/packed-refs`);
  return packed?.split("\n").find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? null;
}
