import { MaporlError, type Mapping, named, pathExists } from "../core/mod.ts";
import type { ChangedConfig } from "./check_changes.ts";
import type { CommandLine } from "./command_line.ts";
import { differingPaths } from "./differing_paths.ts";
import type { Experiment } from "./experiment.ts";
import { runSchemas } from "./frame_columns.ts";
import { SUMMARY_FILE } from "./outdated_summary.ts";
import { readFrame } from "./read_frame.ts";
import { deviceOfResumed } from "./resumption.ts";
import type { RunRecord } from "./run_record.ts";

/** What a command line asks of a run that it goes on with. */
export interface AskedOfRun {
  /** The run's record. */
  readonly record: RunRecord;
  /** Its configuration as it was, and as it is to be. */
  readonly changed: ChangedConfig<object>;
  /** Where it is to compute, if that is said. */
  readonly command: Pick<CommandLine, "device" | "dtype">;
  /** What may change in its runs, and what they write elsewhere. */
  readonly experiment: Pick<Experiment, "changeable" | "writesTo">;
}

/**
 * What to say of a run that is finished and asked for nothing new, so that nothing is left to do. One
 * of which a frame, or what it saved elsewhere, is gone or damaged is not: going on writes it again.
 *
 * @param path The run's folder.
 * @param asked What is asked of it.
 * @returns A line that says where its results are and how to go further; undefined if something is left.
 */
export async function finishedLine(path: string, asked: AskedOfRun): Promise<string | undefined> {
  const { record, changed: { before, after }, command, experiment } = asked;
  if (record.status !== "finished" || asksElsewhere(command, record)) return undefined;
  if (differingPaths(before as Mapping, after as Mapping).length > 0) return undefined;
  const { changeable = [], writesTo } = experiment;
  for (const place of writesTo?.(after) ?? []) if (!await pathExists(place)) return undefined;
  if (!await hasFrames(path)) return undefined;
  const summary = `${path}/${SUMMARY_FILE}`;
  const results = await pathExists(summary)
    ? `its summary is ${named(summary)}`
    : `its results are in ${named(path)}`;
  const further = changeable.length === 0
    ? "No setting of it may change: for more, start a new run"
    : `To go further, raise or change with --set: ${changeable.join(", ")}`;
  return `Nothing is left to do as the run is finished: ${results}. ${further}`;
}

/** Whether a device or dtype is named that the run did not have; `auto` names none. */
function asksElsewhere(command: AskedOfRun["command"], record: RunRecord): boolean {
  const before = deviceOfResumed({ device: undefined, dtype: undefined }, record);
  const { device, dtype } = deviceOfResumed(command, record);
  return dtype !== before.dtype || device !== "auto" && device !== before.device;
}

/** Whether all frames of a run are as it wrote them. */
async function hasFrames(path: string): Promise<boolean> {
  try {
    for (const name of Object.keys(runSchemas)) await readFrame(`${path}/${name}.parquet`);
    return true;
  } catch (error) {
    if (error instanceof MaporlError) return false;
    throw error;
  }
}
