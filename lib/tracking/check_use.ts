import { DeviceError, named } from "../core/mod.ts";
import { lastUse, type RunRecord } from "./run_record.ts";
import { decidingUse, type RunUse } from "./run_use.ts";

/** What a resumption may do. */
export interface UseOptions {
  /** Whether it may compute otherwise than before, so that results are not those of an undisturbed run. */
  readonly allowsOtherDevice?: boolean | undefined;
}

/** What should not change results, by the promise of these versions. */
function said({ versions }: RunUse): Readonly<Record<string, string>> {
  const { maporl, deno, tfjs } = versions;
  return { maporl, deno, tfjs };
}

function codeOf({ versions: { code } }: RunUse): Readonly<Record<string, string>> {
  return code === undefined ? {} : { code };
}

/**
 * Refuses to go on with a run on something that would give other results.
 *
 * @param record The run as it was left.
 * @param use What it would go on with.
 * @param options Whether that is allowed, and the run's folder for the message.
 * @returns What else differs, a line each, to be said.
 * @throws {DeviceError} Naming every difference.
 */
export function checkUse(
  record: RunRecord,
  use: RunUse,
  { path, allowsOtherDevice }: UseOptions & { readonly path: string },
): string[] {
  const before = lastUse(record);
  const others = differences(decidingUse(before), decidingUse(use));
  if (others.length > 0 && !allowsOtherDevice) {
    throw new DeviceError(
      `Cannot resume ${named(path)} as it must compute as before: ${others.join(", ")}`,
      { thing: path, remedy: "Add --allow-other-device to go on all the same" },
    );
  }
  const { instructions } = use.device;
  const isUntold = others.length === 0 && before.device.instructions === undefined;
  const harmless = [
    ...differences(said(before), said(use)),
    ...differences(codeOf(before), codeOf(use)),
  ];
  return [
    ...(others.length > 0 ? [`other results than undisturbed: ${others.join(", ")}`] : []),
    ...(isUntold && instructions !== undefined
      ? [`its run.json is older and does not say on which instructions: now ${instructions}`]
      : []),
    ...(harmless.length > 0 ? [`resumed with ${harmless.join(", ")}`] : []),
  ];
}

/**
 * Where a run went on with something that gives other results, as it was allowed to, or with other code.
 *
 * @param record The run.
 * @returns A line for each such resumption.
 */
export function changesOfUse(record: RunRecord): string[] {
  return record.resumed.flatMap((use, i) => {
    const before = record.resumed[i - 1] ?? record;
    const others = [
      ...differences(decidingUse(before), decidingUse(use)),
      ...differences(codeOf(before), codeOf(use)),
    ];
    return others.length === 0 ? [] : [`from ${use.time} on ${others.join(", ")}`];
  });
}

function differences(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(before).filter((key) => key in now && before[key] !== now[key])
    .map((key) => `${key} ${before[key]}, now ${now[key]}`);
}
