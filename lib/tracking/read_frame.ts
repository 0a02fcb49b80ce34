import { CheckedFolder, digestOf, fileError } from "../core/mod.ts";
import type { DataFrame } from "./frame.ts";
import { frameFromParquet } from "./parquet.ts";
import { readRecord, RECORD_FILE, runIdentity } from "./run_record.ts";

const REMEDY = "Resume the run to write it again from its parts, or take another run";

/**
 * Reads a Parquet file. In the folder of a run its bytes are compared with what the run's manifest says.
 *
 * @param path The file.
 * @returns Its frame.
 * @throws {RunError} If it is missing, truncated or no Parquet file.
 * @throws {CheckpointError} If it was changed after the run wrote it, or is of another run.
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
    if (await exists(`${folder}/${RECORD_FILE}`)) {
      checked.checkOwner(runIdentity(await readRecord(folder)), "run");
    }
  }
  return frameFromParquet(bytes, { path, remedy: REMEDY });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
