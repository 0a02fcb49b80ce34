import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { CpuBackend } from "../../lib/device/mod.ts";
import { measurePeak } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

Deno.test("measurePeak() gives the result and what was held at most, null where that is not known", async () => {
  const backend = tf.backend();
  const held = tf.zeros([16]);
  const before = backend instanceof CpuBackend ? backend.heap.stats.liveBytes : 0;
  tf.zeros([1 << 20]).dispose(); // not measured
  const { result, peakBytes } = await measurePeak(() => {
    const first = tf.zeros([1024]); // 4096 bytes
    first.dispose();
    tf.dispose([tf.zeros([512]), tf.zeros([1024])]); // 2048 and 4096
    return Promise.resolve(7);
  });
  assertEquals(result, 7);
  assertEquals(peakBytes, backend instanceof CpuBackend ? before + 6144 : null);
  held.dispose();
});
