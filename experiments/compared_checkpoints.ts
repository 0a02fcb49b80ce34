import type { RowOf, Table } from "../lib/tracking/mod.ts";

/** Where checkpoints lie that are compared. */
export interface CheckpointPlaces {
  /** The folder that holds those made anew. */
  readonly folder: string;
  /** The folder that holds the committed ones. */
  readonly committed: string;
}

/** Columns of the frame of compared files. */
export const comparisonColumns = {
  file: { type: "text", unit: "", meaning: "folder and name" },
  bytes: { type: "int", unit: "bytes", meaning: "size of the one made anew" },
  isSame: { type: "bool", unit: "", meaning: "whether the committed one has the same bytes" },
} as const;

/** How a file compares. */
export type ComparedFile = RowOf<typeof comparisonColumns>;

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
): Promise<ComparedFile[]> {
  const rows: ComparedFile[] = [];
  for (const name of names) {
    const files = [...Deno.readDirSync(`${folder}/${name}`)].map((entry) => entry.name).sort();
    for (const file of files) {
      const [old, made] = await Promise.all([
        Deno.readFile(`${committed}/${name}/${file}`),
        Deno.readFile(`${folder}/${name}/${file}`),
      ]);
      const isSame = old.length === made.length && old.every((byte, i) => byte === made[i]);
      rows.push({ file: `${name}/${file}`, bytes: made.length, isSame });
    }
  }
  return rows;
}

/**
 * The comparison as a table.
 *
 * @param files How each file compares.
 * @returns The table.
 */
export function comparisonTable(files: readonly ComparedFile[]): Table {
  return {
    title: "Checkpoints made anew against the committed ones",
    columns: [{ title: "file" }, { title: "bytes", digits: 0 }, { title: "comparison" }],
    rows: files.map(({ file, bytes, isSame }) => [
      file,
      bytes,
      isSame ? "same bytes" : "other bytes",
    ]),
  };
}
