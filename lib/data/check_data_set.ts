import { pathExists } from "../core/mod.ts";
import type { DataSet } from "./data_sets.ts";
import { readDataRecord } from "./data_record.ts";
import { fileDigest } from "./file_digest.ts";

/** How a file of a data set is. */
export interface CheckedFile {
  /** Its path in the data set's folder. */
  readonly name: string;
  /** `good`: as it arrived the first time; `changed`: other bytes; `missing`: not there (any more, or yet). */
  readonly state: "good" | "changed" | "missing";
  /** Bytes, as they arrived; undefined where it never did. */
  readonly size?: number;
  /** SHA-256, as it arrived. */
  readonly sha256?: string;
  /** Whether the hash was known beforehand, and not taken from the first download. */
  readonly isKnown: boolean;
}

/**
 * Compares the files of a data set with what arrived; needs no network.
 *
 * @param set The data set.
 * @param folder Where it lies.
 * @returns All of its files; none where it was never got.
 * @throws {CheckpointError} If its record was changed.
 * @throws {RunError} If a file cannot be read.
 */
export async function checkDataSet(set: DataSet, folder: string): Promise<CheckedFile[]> {
  const record = await readDataRecord(folder);
  if (record === undefined) return [];
  const source = set.sources[record.source];
  const known = new Map(
    source?.kind === "files" ? source.files.map(({ name, sha256 }) => [name, sha256]) : [],
  );
  const checked: CheckedFile[] = [];
  for (const name of record.wanted) {
    const arrived = record.files.find((file) => file.name === name);
    const sha256 = known.get(name) ?? arrived?.sha256;
    const path = `${folder}/${name}`;
    const isThere = arrived !== undefined && await pathExists(path);
    const digest = isThere ? await fileDigest(path) : undefined;
    checked.push({
      name,
      state: digest === undefined ? "missing" : digest.sha256 === sha256 ? "good" : "changed",
      isKnown: known.get(name) !== undefined,
      ...(arrived === undefined ? {} : { size: arrived.size, sha256: arrived.sha256 }),
    });
  }
  return checked;
}
