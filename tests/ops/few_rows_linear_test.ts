import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { CpuBackend } from "../../lib/device/cpu_backend.ts";
import { panelWidth } from "../../lib/device/panel_width.ts";
import { fewRowsLinear, linearReference, loraLinearReference } from "../../lib/ops/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertNoLeak } from "../support/tensors.ts";
import { assertTwins, normals, type Op } from "./twins.ts";

await startTestDevice();

const asLora = (op: typeof fewRowsLinear | typeof loraLinearReference): Op => (x, weight, a, b) =>
  op(x as tf.Tensor2D, weight as tf.Tensor2D, {
    a: a as tf.Tensor2D,
    b: b as tf.Tensor2D,
    scale: 0.7,
  });

Deno.test("fewRowsLinear() equals linear() and loraLinear() where a copy is read and where none is", async () => {
  const random = Random.fromSeed(1);
  // Outputs that fill their panels and that do not; sizes below and above what is copied.
  for (const [n, inputs, outputs] of [[1, 256, 256], [7, 130, 703], [40, 64, 1500], [3, 9, 5]]) {
    const name = `few rows ${n} ${inputs} ${outputs}`;
    const tensors = [normals(random, n!, inputs!), normals(random, outputs!, inputs!)];
    await assertTwins(
      {
        op: ((x, w) => fewRowsLinear(x as tf.Tensor2D, w as tf.Tensor2D)) as Op,
        reference: linearReference as Op,
      },
      tensors,
      { name },
    );
    const lora = [normals(random, 8, inputs!), normals(random, outputs!, 8)];
    await assertTwins(
      { op: asLora(fewRowsLinear), reference: asLora(loraLinearReference) },
      [...tensors, ...lora],
      { name: `${name} with LoRA` },
    );
  }
});

Deno.test("fewRowsLinear() follows a weight that changes, and leaves no tensor", async () => {
  const x = tf.ones([2, 256]) as tf.Tensor2D;
  const weight = tf.variable(tf.ones([300, 256]));
  const first = async () => {
    const y = fewRowsLinear(x, weight as tf.Tensor as tf.Tensor2D);
    const [value] = await y.data();
    y.dispose();
    return value;
  };
  await assertNoLeak(async () => {
    tf.tidy(() => weight.assign(tf.ones([300, 256])));
    assertEquals(await first(), 256);
    assertEquals(await first(), 256); // from the copy
    tf.tidy(() => weight.assign(tf.fill([300, 256], 2)));
    assertEquals(await first(), 512);
  });
  tf.dispose([x, weight]);
});

Deno.test("makeRoom() frees copies in panels, which are then made anew", () => {
  const backend = tf.backend();
  if (!(backend instanceof CpuBackend)) return;
  const weight = tf.ones([300, 256]) as tf.Tensor2D;
  backend.makeRoom();
  const before = backend.heap.stats.liveBytes;
  const pointer = backend.panelPointer(weight);
  assertEquals(backend.panelPointer(weight), pointer);
  assertEquals(backend.heap.stats.liveBytes, before + 300 * 256 * 4);
  assertEquals([backend.makeRoom(), backend.makeRoom()], [true, false]);
  assertEquals(backend.heap.stats.liveBytes, before);
  assertEquals(backend.panelPointer(weight) !== 0, true);
  weight.dispose();
  assertEquals(backend.makeRoom(), false);
});

Deno.test("panelWidth() gives each thread as many panels, none of which is too wide", () => {
  // 192 outputs: one panel of 96 for each of two threads; three threads: 64 each.
  assertEquals([panelWidth(192, 2), panelWidth(192, 3)], [96, 64]);
  // 49152 = 170 panels of 288 and one of 192: 172 panels would be 285.8 wide, rounded up to 288.
  assertEquals(panelWidth(49152, 2), 288);
  assertEquals(panelWidth(5, 2), 16);
});
