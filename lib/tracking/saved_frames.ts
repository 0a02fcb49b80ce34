import { runSchemas } from "./frame_columns.ts";
import type { Frames } from "./result_frames.ts";
import { RunFrames } from "./run_frames.ts";
import { readRecord, runIdentity } from "./run_record.ts";

/** What a run has saved so far. */
export interface SavedFrames {
  /** All its frames. */
  readonly frames: Frames;
  /** How many updates were finished then. */
  readonly updates: number;
}

/**
 * Reads the frames of a run that is not finished, from the parts that it has saved. Nothing is changed, so it
 * may be running.
 *
 * @param path The run's folder.
 * @returns The frames; undefined if it has saved none.
 * @throws {CheckpointError} If a part is missing, was changed or is of another run.
 * @throws {RunError} If it is no run.
 */
export async function readSavedFrames(path: string): Promise<SavedFrames | undefined> {
  const record = await readRecord(path);
  const saved = new RunFrames(path, runSchemas, () => runIdentity(record));
  await saved.load();
  const updates = saved.lastStep;
  if (updates === undefined) return undefined;
  await saved.checkOwner();
  const frames = await Promise.all(
    Object.keys(runSchemas).map(async (key) => {
      const name = key as keyof typeof runSchemas;
      return [name, await saved.read(name)] as const;
    }),
  );
  return { frames: Object.fromEntries(frames), updates };
}
