/** Where data sets are kept, from the project's folder. */
export const DATA_SETS = "data/sets";

/**
 * The folder that `deno task data get` fills.
 *
 * @param name Name of the data set.
 * @returns Its path from the project's folder.
 */
export function dataSetFolder(name: string): string {
  return `${DATA_SETS}/${name}`;
}
