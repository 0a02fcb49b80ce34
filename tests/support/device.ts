/**
 * The device that tests of tensors run on.
 *
 * @module
 */
import { type DeviceReport, startDevice } from "../../lib/device/mod.ts";

/** Values of MAPORL_TEST_DEVICE. */
const CHOICES = ["cpu", "cpu-wasm", "webgpu"] as const;

/**
 * Starts the device that MAPORL_TEST_DEVICE names: `cpu` (default, products by a native library where
 * one is found), `cpu-wasm` (the same without a native library) or `webgpu` (software adapters allowed).
 * Call it at the top of a test file, outside of tests, so that what it opens is not taken for a leak.
 *
 * @returns What was started.
 */
export async function startTestDevice(): Promise<DeviceReport> {
  const name = Deno.env.get("MAPORL_TEST_DEVICE") ?? "cpu";
  const choice = CHOICES.find((known) => known === name);
  if (!choice) {
    throw new RangeError(
      `Cannot start a test device as MAPORL_TEST_DEVICE must be one of ${
        CHOICES.join(", ")
      }: got ${name}`,
    );
  }
  if (choice === "webgpu") return await startDevice("webgpu", { allowSoftwareAdapter: true });
  return await startDevice("cpu", { products: choice === "cpu" ? "auto" : "wasm" });
}
