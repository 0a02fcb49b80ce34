import { isAbsolute, relative, resolve } from "node:path";
import {
  ConfigError,
  type ConfigProblem,
  type ConfigSchema,
  fileError,
  named,
  resolveConfig,
  type Setting,
  shellQuote,
  someOf,
} from "../core/mod.ts";
import type { DeviceChoice } from "../device/device.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import type { Arms } from "./arms.ts";
import type { ChangedConfig } from "./check_changes.ts";
import type { CommandLine } from "./command_line.ts";
import type { Experiment } from "./experiment.ts";
import { holdsNothing } from "./run_place.ts";
import { lastUse, type RunRecord } from "./run_record.ts";

/**
 * Where a resumed run computes: as before, unless the command line says otherwise.
 *
 * @param command The command line.
 * @param record The run.
 * @returns What to start.
 */
export function deviceOfResumed(
  command: Pick<CommandLine, "device" | "dtype">,
  record: RunRecord,
): { readonly device: DeviceChoice; readonly dtype: ProductDtype } {
  const { backend, dtype } = lastUse(record).device;
  return {
    device: command.device ?? (backend === "webgpu" ? "webgpu" : "cpu"),
    dtype: command.dtype ?? dtype,
  };
}

/**
 * The configurations of a run that is gone on with, all defaults filled in.
 *
 * @param experiment Its settings, and which of them may change.
 * @param config The run's own.
 * @param sets What the command line changes.
 * @returns The run's configuration as it was, and as it is to be.
 * @throws {ConfigError} If that cannot be used: where the reason lies in what the run was started with,
 * which no resumption can change, a new run is the remedy.
 */
export function resumedConfig(
  { schema, changeable = [] }: Pick<Experiment, "schema" | "changeable">,
  config: object,
  sets: readonly Setting[],
): ChangedConfig<object> {
  try {
    const after = resolveConfig(schema, [config], sets) as object;
    // Filled in as well, so that options newer than the run do not count as changed.
    return { before: asItWas(schema, config), after };
  } catch (error) {
    const problems = error instanceof ConfigError ? problemsOf(error) : [];
    const given = sets.map(({ keys }) => keys.join("."));
    const canChange = ({ path }: ConfigProblem) =>
      [...given, ...changeable].some((other) =>
        `${path}.`.startsWith(`${other}.`) || other.startsWith(`${path}.`)
      );
    if (!(error instanceof ConfigError) || problems.every(canChange)) throw error;
    throw new ConfigError(error.message, {
      thing: problems[0]!.path,
      value: problems,
      remedy: given.length === 0
        ? "Start a new run without --resume"
        : `Leave out ${someOf(given)}, or start a new run without --resume`,
      cause: error,
    });
  }
}

/** A run may have been started with what is refused today, and changed by the settings that go on with it. */
function asItWas(schema: ConfigSchema<unknown>, config: object): object {
  try {
    return resolveConfig(schema, [config]) as object;
  } catch (error) {
    if (error instanceof ConfigError) return config;
    throw error;
  }
}

function problemsOf({ value }: ConfigError): readonly ConfigProblem[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The places that an experiment's settings name and that lie outside the run's folder.
 *
 * @param folder The run's folder.
 * @param places The places, as {@linkcode Experiment.writesTo} gives them.
 * @returns Those outside.
 */
export function placesOutside(folder: string, places: readonly string[]): string[] {
  return places.filter((place) => {
    const path = relative(resolve(folder), resolve(place));
    return path.startsWith("..") || isAbsolute(path);
  });
}

/** May be a link: nothing is replaced or removed behind it. */
const CHECKPOINTS = "checkpoints";

/**
 * The folders that links in a run's folder lead to, where files of the run would replace others.
 *
 * @param folder The run's folder.
 * @returns Their paths without links; those inside the run's folder, and what leads nowhere, left out.
 * @throws {RunError} If the folder cannot be looked at.
 */
export async function linkedFolders(folder: string): Promise<string[]> {
  const linked: string[] = [];
  try {
    const own = await Deno.realPath(folder);
    for await (const { name, isSymlink } of Deno.readDir(folder)) {
      if (!isSymlink || name === CHECKPOINTS) continue;
      const target = await Deno.realPath(`${folder}/${name}`).catch(() => undefined);
      // A link to a file is replaced itself.
      if (target !== undefined && (await Deno.stat(target)).isDirectory) linked.push(target);
    }
    return placesOutside(own, linked);
  } catch (error) {
    throw fileError(error, folder, "read");
  }
}

/**
 * Refuses to write to places that only a run's settings and links name, which may be somebody else's.
 *
 * @param folder The run's folder.
 * @param places Where its settings and links let it write.
 * @param command What the command line says: values of its settings are no surprise.
 * @throws {ConfigError} Naming the places.
 */
export function checkOutside(
  folder: string,
  places: readonly string[],
  { sets, allowOutside }: Pick<CommandLine, "allowOutside"> & { readonly sets: readonly Setting[] },
): void {
  const surprising = placesOutside(folder, places)
    .filter((place) => !sets.some(({ value }) => value === place));
  if (surprising.length === 0 || allowOutside) return;
  throw new ConfigError(
    `Cannot resume ${named(folder)} as it must write to its own folder: it also writes to ${
      someOf(surprising.map(named))
    }`,
    { thing: surprising[0]!, remedy: "Add --allow-outside if that is meant" },
  );
}

/**
 * Refuses flags of resumptions where no run is gone on with.
 *
 * @param command A command line without `--resume`.
 * @param arms The arms that it runs, if it runs any: of several, some may have been interrupted.
 * @throws {ConfigError} Naming the flag.
 */
export function checkGoingOn(
  { allowOtherDevice, allowOutside }: Pick<CommandLine, "allowOtherDevice" | "allowOutside">,
  arms: Pick<Arms, "arms"> | undefined,
): void {
  const isSingle = Object.keys(arms?.arms ?? {}).length < 2;
  const flag = allowOutside
    ? "--allow-outside"
    : allowOtherDevice && isSingle
    ? "--allow-other-device"
    : undefined;
  if (flag === undefined) return;
  throw new ConfigError(`Cannot use ${flag} without --resume as it is for runs that go on`, {
    thing: flag,
    remedy: `Leave out ${flag}, or go on with a run by --resume RUN`,
  });
}

/**
 * What to do after a run that did not finish.
 *
 * @param folder The run's folder, let go.
 * @param places Where its settings let it write.
 * @param end Whether it was stopped on purpose, so that nothing has to be mended first; and the command
 * line of a resumption that saved nothing, so that the folder knows nothing of it.
 * @returns A line with the command that goes on with it, or that it left nothing to go on with; null where
 * a resumption was refused, and the error says all there is to do.
 */
export async function nextStep(
  folder: string,
  places: readonly string[],
  { isInterrupted, untouchedBy }: {
    readonly isInterrupted: boolean;
    readonly untouchedBy?: readonly string[] | undefined;
  },
): Promise<string | null> {
  // Resuming cannot change what a start was refused for, such as a mistyped path.
  const isNothing = await holdsNothing(folder)
    .catch((error) => error.cause instanceof Deno.errors.NotFound); // somebody removed it meanwhile
  if (!isInterrupted && isNothing) {
    return "Nothing was saved: start it again, also with the same --out";
  }
  if (untouchedBy !== undefined) {
    const words = untouchedBy.map((word) => shellQuote(word));
    return isInterrupted ? `Go on with it: deno task experiment ${words.join(" ")}` : null;
  }
  const allow = placesOutside(folder, places).length > 0 ? " --allow-outside" : "";
  return `Go on with it: deno task experiment --resume ${shellQuote(folder)}${allow}`;
}
