import { canonicalJson, type Mapping, shellQuote } from "../core/mod.ts";
import type { ArmRunPlace } from "./arms.ts";
import { readRecord } from "./run_record.ts";
import { decidingUse, type RunUse } from "./run_use.ts";

/**
 * What runs were made by, for the manifest of their small frames. What several runs share stands there once.
 *
 * @param places Where the runs lie.
 * @returns Device, libraries and versions, and of each run its command and what it was given.
 * @throws {RunError} If the record of a run cannot be read.
 */
export async function madeByRuns(places: readonly ArmRunPlace[]): Promise<Mapping> {
  const uses: Mapping[] = [];
  const runs: Mapping[] = [];
  for (const { arm, seed, path } of places) {
    const record = await readRecord(path);
    const parts = [record, ...record.resumed].map((use) => numberOf(useOf(use), uses));
    runs.push({
      arm,
      seed,
      command: ["deno task experiment", ...record.commandLine.map((word) => shellQuote(word))]
        .join(" "),
      gitRevision: record.gitRevision,
      inputs: record.inputs,
      // Of its start and of each resumption.
      uses: [...new Set(parts)].join(", "),
    });
  }
  return { uses, runs };
}

function useOf(use: RunUse): Mapping {
  return { ...decidingUse(use), processor: use.device.name, ...use.versions };
}

/** The place of a use in a list, to which it is added where it is new. */
function numberOf(use: Mapping, uses: Mapping[]): number {
  const known = uses.findIndex((other) => canonicalJson(other) === canonicalJson(use));
  return known >= 0 ? known : uses.push(use) - 1;
}
