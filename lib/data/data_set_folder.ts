/** Where data sets are kept, from the project's folder. */
export const DATA_SETS = "data/sets";

/**
 * The folder that `deno task data get` fills.
 *
 * @param name Name of the data set.
 * @param root Folder of all data sets; default `data/sets` of the project's folder.
 * @returns Its path.
 */
export function dataSetFolder(name: string, root: string = DATA_SETS): string {
  return `${root}/${name}`;
}
