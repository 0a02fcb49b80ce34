import { stringify } from "@std/yaml";
import {
  isMapping,
  isReadableYaml,
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
 * The text of `config.yaml`.
 *
 * @param folder The run's folder.
 * @param record The record.
 * @returns The text.
 * @throws {RunError} If it would be too long to be read again, so that the run could not be resumed.
 */
export function configText(folder: string, { experiment, config }: RunRecord): string {
  const header = `# Full configuration of a run of ${experiment}; to repeat it: --config\n`;
  const text = yamlOf(config, header);
  if (text !== undefined && isReadableYaml(text)) return text;
  const path = `${folder}/${CONFIG_FILE}`;
  throw new RunError(
    `Cannot write ${named(path)} as it must be short enough to be read again: ` +
      `the settings take ${JSON.stringify(config).length} characters`,
    { thing: path, remedy: "Shorten the lists and texts of the settings" },
  );
}

/** The text; undefined for a list of more values than the package's call stack has room for. */
function yamlOf(config: Mapping, header: string): string | undefined {
  try {
    return header + stringify(config);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/**
 * Writes `config.yaml`; the record, which it follows from, must be on the disk.
 *
 * @param folder The run's folder.
 * @param record The record.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses, or it is too long.
 */
export async function writeConfig(folder: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(`${folder}/${CONFIG_FILE}`, configText(folder, record));
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
