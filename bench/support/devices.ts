/**
 * Every device of this machine, for benchmarks that run on all of them.
 *
 * @module
 */
import { type DeviceReport, findBlas, startDevice } from "../../lib/device/mod.ts";

/** A device that can be made the current one. */
export interface BenchDevice {
  /** Name in tables. */
  readonly name: string;
  /** Makes it the current device; does nothing if it is. */
  readonly use: () => Promise<void>;
}

/**
 * Finds the processor with each native library, with WebAssembly alone, and a GPU. A software renderer
 * counts as a GPU only with MAPORL_SOFTWARE_GPU=1.
 *
 * @returns At least WebAssembly; prints what was found.
 */
export async function benchDevices(): Promise<BenchDevice[]> {
  const choices: { name: string; start: () => Promise<DeviceReport> }[] = [];
  for (const kind of ["onednn", "mkl", "openblas", "accelerate"] as const) {
    try {
      const { name, numThreads } = findBlas(kind).products!;
      choices.push({
        name: kind,
        start: () => startDevice("cpu", { products: kind }),
      });
      console.log(`${kind}: ${name} on ${numThreads} threads`);
    } catch {
      // Not on this machine.
    }
  }
  choices.push({ name: "wasm", start: () => startDevice("cpu", { products: "wasm" }) });
  try {
    const { name } = await startDevice("webgpu");
    choices.push({ name: "webgpu", start: () => startDevice("webgpu") });
    console.log(`webgpu: ${name}`);
  } catch (error) {
    console.log(`no webgpu: ${(error as Error).message.split("\n")[0]}`);
  }
  let current: string | undefined;
  return choices.map(({ name, start }) => ({
    name,
    use: async () => {
      if (current === name) return;
      await start();
      current = name;
    },
  }));
}
