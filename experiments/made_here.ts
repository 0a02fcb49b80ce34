import { type Frames, type MadeResult, readVersions } from "../lib/tracking/mod.ts";

/**
 * A result that needs no run.
 *
 * @param name Its name.
 * @param frames Its frames.
 * @returns The frames, with the versions of what made them.
 */
export async function madeHere(name: string, frames: Frames): Promise<MadeResult> {
  return { code: 0, frames, madeBy: { versions: { ...await readVersions(name) } } };
}
