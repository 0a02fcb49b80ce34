import { stringify } from "@std/yaml";
import {
  isMapping,
  type Mapping,
  named,
  readYaml,
  RunError,
  someOf,
  writeFileAtomic,
} from "../core/mod.ts";
import { differingPaths } from "./differing_paths.ts";
import { readRecord, type RunRecord } from "./run_record.ts";

/** Name of the file with the configuration, for people and for `--config`. */
export const CONFIG_FILE = "config.yaml";

/**
 * Writes `config.yaml`; the record, which it follows from, must be on the disk.
 *
 * @param folder The run's folder.
 * @param record The record.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses.
 */
export async function writeConfig(folder: string, record: RunRecord): Promise<void> {
  const header = `# Full configuration of a run of ${record.experiment}; to repeat it: --config\n`;
  await writeFileAtomic(`${folder}/${CONFIG_FILE}`, header + stringify(record.config));
}

/**
 * Reads the record of a run that can be resumed. A `config.yaml` that is missing or still that of before
 * is what a crash leaves between the record and the configuration; {@linkcode repairConfig} mends it.
 *
 * @param path The run's folder.
 * @returns The record.
 * @throws {RunError} If it is no run, is broken, or its `config.yaml` was changed by hand.
 */
export async function readRun(path: string): Promise<RunRecord> {
  const record = await readRecord(path);
  const changed = await changedOptions(path, record.config);
  const isTorn = changed === undefined || changed.length > 0 && record.configBefore !== null &&
      (await changedOptions(path, record.configBefore))?.length === 0;
  if (isTorn || changed.length === 0) return record;
  throw new RunError(
    `Cannot resume ${named(path)} as its config.yaml must be as the run left it: ${
      someOf(changed)
    } differ`,
    {
      thing: `${path}/${CONFIG_FILE}`,
      remedy: "Undo the change; what may change at all is changed with --set",
    },
  );
}

/**
 * Writes the `config.yaml` of a run again if a crash kept it from being written.
 *
 * @param path The run's folder, locked.
 * @param record What {@linkcode readRun} gave.
 * @returns When it is that of the record.
 * @throws {RunError} If the disk refuses.
 */
export async function repairConfig(path: string, record: RunRecord): Promise<void> {
  const changed = await changedOptions(path, record.config);
  if (changed?.length !== 0) await writeConfig(path, record);
}

/** Options in which `config.yaml` differs from a configuration; undefined when it is missing. */
async function changedOptions(path: string, wanted: Mapping): Promise<string[] | undefined> {
  const file = `${path}/${CONFIG_FILE}`;
  const config = await readYaml(file).catch((error) => {
    if (!(error.cause instanceof Deno.errors.NotFound)) throw error;
  });
  if (config === undefined) return undefined;
  return isMapping(config) ? differingPaths(wanted, config) : [file];
}
