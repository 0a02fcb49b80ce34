/** What is asked of a GPU. */
import { trySubgroups } from "./subgroups.ts";

/** What is asked of an adapter that lists it: times of kernels, and 16-bit storage. */
const LISTED_FEATURES: readonly GPUFeatureName[] = ["timestamp-query", "shader-f16"];

/** What is asked of every adapter, as Deno's do not list it where they have it. */
const UNLISTED_FEATURE: GPUFeatureName = "subgroups";

/**
 * Opens a GPU with all that kernels can use: its largest buffers and workgroups, 16-bit storage and
 * subgroups where it has them.
 *
 * @param adapter The GPU.
 * @param hasSubgroups Whether programs may use subgroups; true by default.
 * @returns The device, which knows by {@linkcode subgroupHeader} whether they do.
 */
export async function openGpuDevice(
  adapter: GPUAdapter,
  hasSubgroups: boolean = true,
): Promise<GPUDevice> {
  const { limits } = adapter;
  const listed = LISTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const open = (requiredFeatures: GPUFeatureName[]) =>
    adapter.requestDevice({
      requiredFeatures,
      requiredLimits: {
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxBufferSize: limits.maxBufferSize,
        maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
        maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      },
    });
  if (!hasSubgroups) return await open(listed);
  const device = await open([...listed, UNLISTED_FEATURE]).catch((error) => {
    if (error instanceof TypeError) return null; // the adapter has them not, and can be asked again
    throw error;
  });
  if (device === null) return await open(listed);
  await trySubgroups(device);
  return device;
}
