import { DeviceError, named } from "../core/mod.ts";
import { lastUse, type RunRecord, type RunUse } from "./run_record.ts";

/** What a resumption may do. */
export interface UseOptions {
  /** Whether it may compute otherwise than before, so that results are not those of an undisturbed run. */
  readonly allowsOtherDevice?: boolean | undefined;
}

/** What decides the bits of results, by what it is called in messages. */
function deciding({ device, versions }: RunUse): Readonly<Record<string, string>> {
  const { dtype, numThreads, products } = device;
  if (device.backend === "webgpu") return { device: `webgpu (${device.name})`, dtype, products };
  return {
    device: `cpu (${versions.system})`,
    dtype,
    // Where a library was found does not matter, which one it is does.
    products: products.replace(/ \([^()]*\)$/, ""),
    kernels: versions.kernels,
    // With fewer rows than threads a rollout takes another way, and log-probabilities end in other bits.
    threads: `${numThreads}`,
  };
}

/** What should not change results, by the promise of these versions. */
function said({ versions }: RunUse): Readonly<Record<string, string>> {
  const { maporl, deno, tfjs, code } = versions;
  return { maporl, deno, tfjs, ...(code === undefined ? {} : { code }) };
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
  const others = differences(deciding(before), deciding(use));
  if (others.length > 0 && !allowsOtherDevice) {
    throw new DeviceError(
      `Cannot resume ${named(path)} as it must compute as before: ${others.join(", ")}`,
      { thing: path, remedy: "Add --allow-other-device to go on all the same" },
    );
  }
  const harmless = differences(said(before), said(use));
  return [
    ...(others.length > 0 ? [`other results than undisturbed: ${others.join(", ")}`] : []),
    ...(harmless.length > 0 ? [`resumed with ${harmless.join(", ")}`] : []),
  ];
}

/**
 * Where a run went on with something that gives other results, as it was allowed to.
 *
 * @param record The run.
 * @returns A line for each such resumption.
 */
export function changesOfUse(record: RunRecord): string[] {
  return record.resumed.flatMap((use, i) => {
    const others = differences(deciding(record.resumed[i - 1] ?? record), deciding(use));
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
