import type { Table } from "../lib/tracking/mod.ts";

/** Where checkpoints lie that are compared. */
export interface CheckpointPlaces {
  /** The folder that holds those made anew. */
  readonly folder: string;
  /** The folder that holds the committed ones. */
  readonly committed: string;
}

/**
 * Compares checkpoints that were made anew with the committed ones.
 *
 * @param names Their folders' names.
 * @param places Where the new ones lie.
 * @returns One row per file.
 */
export async function comparedCheckpoints(
  names: readonly string[],
  { folder, committed }: CheckpointPlaces,
): Promise<Table> {
  const rows: Table["rows"][number][] = [];
  for (const name of names) {
    const files = [...Deno.readDirSync(`${folder}/${name}`)].map((entry) => entry.name).sort();
    for (const file of files) {
      const [old, made] = await Promise.all([
        Deno.readFile(`${committed}/${name}/${file}`),
        Deno.readFile(`${folder}/${name}/${file}`),
      ]);
      const isSame = old.length === made.length && old.every((byte, i) => byte === made[i]);
      rows.push([`${name}/${file}`, made.length, isSame ? "same bytes" : "other bytes"]);
    }
  }
  return {
    title: "Checkpoints made anew against the committed ones",
    columns: [{ title: "file" }, { title: "bytes", digits: 0 }, { title: "comparison" }],
    rows,
  };
}
