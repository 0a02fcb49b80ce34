import { fileError, MANIFEST_FILE, pathExists } from "../core/mod.ts";
import { DATA_SETS } from "./data_set_folder.ts";
import { type DataSet, HUB_NAME, hubModel } from "./data_sets.ts";

/**
 * The models of Hugging Face's hub that `deno task data get OWNER/NAME` has fetched.
 *
 * @param root Folder of all data sets; default `data/sets`.
 * @returns Them by name; none where nothing was fetched. One with a damaged record is among them.
 * @throws {RunError} If a folder cannot be read.
 */
export async function fetchedHubModels(root: string = DATA_SETS): Promise<DataSet[]> {
  const names: string[] = [];
  for (const owner of await foldersIn(root)) {
    // A folder with a record of its own is a data set, and what lies in it belongs to that.
    if (await pathExists(`${root}/${owner}/${MANIFEST_FILE}`)) continue;
    for (const model of await foldersIn(`${root}/${owner}`)) {
      const name = `${owner}/${model}`;
      if (HUB_NAME.test(name) && await pathExists(`${root}/${name}/${MANIFEST_FILE}`)) {
        names.push(name);
      }
    }
  }
  return names.sort().map(hubModel);
}

/** Names of the folders of a folder; none where there is no such folder. */
async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw fileError(error, path, "read");
  }
}
