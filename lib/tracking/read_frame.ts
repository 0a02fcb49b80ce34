import {
  CheckedFolder,
  CheckpointError,
  digestOf,
  fileError,
  named,
  pathExists,
} from "../core/mod.ts";
import type { DataFrame } from "./frame.ts";
import { runSchemas } from "./frame_columns.ts";
import { frameFromParquet } from "./parquet.ts";
import { readRecord, RECORD_FILE, runIdentity } from "./run_record.ts";

const REMEDY = "Resume the run to write it again from its parts, or take another run";

/**
 * Reads a Parquet file. In the folder of a run its bytes are compared with what the run's manifest says.
 *
 * @param path The file.
 * @returns Its frame.
 * @throws {RunError} If it is missing, truncated or no Parquet file.
 * @throws {CheckpointError} If it was changed after the run wrote it, is of another run, or a frame of a
 * run that does not list it.
 */
export async function readFrame(path: string): Promise<DataFrame> {
  const bytes = await Deno.readFile(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  const [, folder = ".", name] = path.match(/^(?:(.*)[\\/])?([^\\/]+)$/s)!;
  const checked = await CheckedFolder.open(folder, {
    remedy: REMEDY,
    allowsOthers: true,
    allowsMissing: true,
  });
  if (checked?.names.includes(name!)) {
    checked.check(name!, digestOf(bytes));
    if (await pathExists(`${folder}/${RECORD_FILE}`)) {
      checked.checkOwner(runIdentity(await readRecord(folder)), "run");
    }
  } else if (await isOfRun(folder, name!)) {
    throw new CheckpointError(
      `Cannot use ${named(path)} as it must be listed in the manifest.json of its run: it is not`,
      { thing: path, remedy: REMEDY },
    );
  }
  return frameFromParquet(bytes, { path, remedy: REMEDY });
}

/** Whether a file is one that its run lists: not in runs of before there were manifests. */
async function isOfRun(folder: string, name: string): Promise<boolean> {
  const isFrame = Object.keys(runSchemas).some((frame) => name === `${frame}.parquet`);
  return isFrame && await readRecord(folder).then(() => true, () => false);
}
