/**
 * Folders that are damaged on purpose, with a manifest that says it must be so.
 *
 * @module
 */
import { CheckedFolder, digestOf, MANIFEST_FILE, writeManifest } from "../../lib/core/mod.ts";

/**
 * Lists the files of a folder anew, so that what was changed since it was saved is met by the checks
 * behind the manifest.
 *
 * @param folder A folder with a manifest.
 */
export async function relist(folder: string): Promise<void> {
  const { identity } = JSON.parse(await Deno.readTextFile(`${folder}/${MANIFEST_FILE}`));
  const files = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name === MANIFEST_FILE || name.startsWith(".")) continue;
    files.push({ name, ...digestOf(await Deno.readFile(`${folder}/${name}`)) });
  }
  await writeManifest(folder, { identity, files });
  await CheckedFolder.open(folder, { remedy: "" });
}
