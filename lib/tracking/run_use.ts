import type { DeviceReport } from "../device/device.ts";
import type { RunVersions } from "./run_versions.ts";

/** What a run computed on, from its start or from a resumption on. */
export interface RunUse {
  /** Where it computed. */
  readonly device: DeviceReport;
  /** Versions of what it ran on. */
  readonly versions: RunVersions;
}

/**
 * What decides the bits of results.
 *
 * @param use What a run computed on.
 * @returns Texts by what they are called in messages.
 */
export function decidingUse({ device, versions }: RunUse): Readonly<Record<string, string>> {
  const { dtype, instructions, numThreads, products } = device;
  if (device.backend === "webgpu") return { device: `webgpu (${device.name})`, dtype, products };
  return {
    device: `cpu (${versions.system})`,
    dtype,
    // Where a library was found does not matter, which one it is does.
    products: products.replace(/ \([^()]*\)$/, ""),
    kernels: versions.kernels,
    // Runs of format 2 do not know it.
    ...(instructions === undefined ? {} : { instructions }),
    // With fewer rows than threads a rollout takes another way, and log-probabilities end in other bits.
    threads: `${numThreads}`,
  };
}
