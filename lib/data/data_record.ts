import { CheckedFolder, MANIFEST_FILE, type ManifestFile, writeManifest } from "../core/mod.ts";

/** What is known of a data set's folder: `manifest.json` in it. */
export interface DataRecord {
  /** Name of the data set. */
  readonly dataSet: string;
  /** Name of the source that the files are from. */
  readonly source: string;
  /** The licence, as it was shown. */
  readonly licence: string;
  /** All files that belong to it, whether they have arrived or not. */
  readonly wanted: readonly string[];
  /** Size and SHA-256 of the files that have arrived, as they did the first time. */
  readonly files: readonly ManifestFile[];
}

/**
 * What is known of a data set's folder.
 *
 * @param folder The folder.
 * @returns The record; undefined where none was made.
 * @throws {CheckpointError} If it was changed.
 */
export async function readDataRecord(folder: string): Promise<DataRecord | undefined> {
  const checked = await CheckedFolder.open(folder, {
    remedy: `Remove ${folder}/${MANIFEST_FILE} and get the data set again`,
    allowsOthers: true,
    allowsMissing: true,
  });
  if (checked === undefined) return undefined;
  const { dataSet, source, licence, wanted } = checked.identity;
  return {
    dataSet: String(dataSet),
    source: String(source),
    licence: String(licence),
    wanted: Array.isArray(wanted) ? wanted.map(String) : [],
    files: checked.names.map((name) => ({ ...checked.expected(name), name })),
  };
}

/**
 * Keeps what is known of a data set's folder, in one step.
 *
 * @param folder The folder.
 * @param record What is known.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses.
 */
export async function writeDataRecord(
  folder: string,
  { files, ...identity }: DataRecord,
): Promise<void> {
  await writeManifest(folder, { identity, files });
}
