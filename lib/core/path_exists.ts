/**
 * Whether something lies at a path; links are followed.
 *
 * @param path The path.
 * @returns False also where it cannot be looked at.
 */
export async function pathExists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
