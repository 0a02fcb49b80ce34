/**
 * What a benchmark ran on, for its notes.
 *
 * @module
 */
import os from "node:os";
import { gitRevision } from "../../lib/tracking/mod.ts";

/** Machine, versions and date of a measurement. */
export interface MachineNotes {
  /** Name of the processor, and how many of its threads this machine has. */
  readonly processor: string;
  /** Deno's version and the platform. */
  readonly deno: string;
  /** Commit of this repository; null outside of a checkout. */
  readonly commit: string | null;
  /** Day and time (UTC). */
  readonly date: string;
}

/**
 * Describes this machine and moment.
 *
 * @returns Notes.
 */
export async function machineNotes(): Promise<MachineNotes> {
  const cpus = os.cpus();
  return {
    processor: `${cpus[0]?.model.trim() ?? "unknown processor"}, ${cpus.length} threads`,
    deno: `${Deno.version.deno} on ${Deno.build.target}`,
    commit: await gitRevision("."),
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
  };
}
