/**
 * Every operation of the decoder by size, forward and forward + backward, on every device found: the
 * processor with each native library and with WebAssembly alone, and a GPU.
 *
 *     deno task bench bench/ops.bench.ts
 *     MAPORL_SOFTWARE_GPU=1 deno task bench bench/ops.bench.ts    # a software adapter as well
 *
 * Deno's times come first, a table of GFLOP/s and GB/s with their share of the highest rate last. The
 * bytes are those that must be read and written; copying an array of 64 MB is a rate to compare with.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { benchDevices } from "./support/devices.ts";
import { type OpCase, opCases, type OpSizes } from "./support/op_cases.ts";
import { notePeak, rateBench } from "./support/rate_bench.ts";

const SIZES: readonly OpSizes[] = [
  { name: "decoding: 192 rows, 128 wide", B: 192, T: 1, D: 128, H: 4, F: 320, V: 128, R: 16 },
  { name: "64 x 220, 128 wide", B: 64, T: 220, D: 128, H: 4, F: 320, V: 128, R: 16 },
  { name: "8 x 256, 512 wide", B: 8, T: 256, D: 512, H: 8, F: 1408, V: 4096, R: 16 },
];

/** Waits for a device that computes later than it is asked. */
async function finish(results: tf.Tensor[]): Promise<void> {
  await results.at(-1)!.data();
  tf.dispose(results);
}

function copyRate(): number {
  const from = new Float32Array(2 ** 24).fill(1), to = new Float32Array(2 ** 24);
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    to.set(from);
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return 2 * from.byteLength / least;
}

function benchCase({ name, run, inputs, ...work }: OpCase, sizes: OpSizes, device: Device): void {
  const { forward, both } = work;
  let made: tf.Tensor[] | undefined;
  let dy: tf.Tensor | undefined;
  const before = async () => {
    await device.use();
    made ??= inputs().map((input) => tf.keep(input));
    if (both !== undefined) dy ??= tf.tidy(() => tf.keep(tf.onesLike(run(made!))));
  };
  const shared = { group: sizes.name, device: device.name, unit: work.unit };
  rateBench(
    { ...shared, name: `${name}: forward`, work: forward },
    () => finish(tf.tidy(() => [run(made!), tf.scalar(0)])),
    before,
  );
  if (both === undefined) return;
  rateBench(
    { ...shared, name: `${name}: forward + backward`, work: both },
    () => finish(tf.tidy(() => [...tf.grads((...xs) => run(xs))([...made!], dy!), tf.scalar(0)])),
    before,
  );
}

type Device = Awaited<ReturnType<typeof benchDevices>>[number];

const devices = await benchDevices();
notePeak("B", copyRate());
for (const sizes of SIZES) {
  for (const op of opCases(sizes)) for (const device of devices) benchCase(op, sizes, device);
}
