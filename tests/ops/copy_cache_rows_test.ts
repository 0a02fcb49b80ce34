import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { copyCacheRows, copyCacheRowsReference } from "../../lib/ops/mod.ts";
import { hasWebgpu, onPoisonedGpu } from "./gpu_twins.ts";
import { normals, onEveryPlace } from "./twins.ts";

// B = 2, S = 3, W = 2 from B' = 2, S' = 4: positions 1 and 2 of row 1 into positions 0 and 1 of row 0.
const RUN = { fromRow: 1, fromPosition: 1, toRow: 0, toPosition: 0, count: 2 };
const caches = () => ({
  target: tf.tensor3d([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], [2, 3, 2]),
  source: tf.tensor3d(Array.from({ length: 16 }, (_, i) => 10 + i), [2, 4, 2]),
});
const COPIED = [20, 21, 22, 23, 3, 3, 4, 4, 5, 5, 6, 6];

Deno.test("copyCacheRows() copies in place, by hand", async () => {
  await onEveryPlace(() => {
    const { numTensors } = tf.memory();
    const { target, source } = caches();
    const copied = tf.tidy(() => copyCacheRows(target, source, [RUN]));
    assertStrictEquals(copied, target);
    assertEquals([...copied.dataSync()], COPIED);
    assertStrictEquals(copyCacheRows(copied, source, []), copied);
    tf.dispose([copied, source]);
    assertEquals(tf.memory().numTensors, numTensors);
  });
});

Deno.test("copyCacheRows() leaves tensors alone that share the target's memory", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const { target, source } = caches();
      const snapshot = target.clone();
      const copied = copyCacheRows(target, source, [RUN]);
      assertEquals([...snapshot.dataSync()].slice(0, 4), [1, 1, 2, 2]);
      assertEquals([...copied.dataSync()], COPIED);
      copied.dispose();
    });
  });
});

Deno.test("copyCacheRowsReference() replaces the target and outlives a tidy", async () => {
  await tf.setBackend("cpu");
  const { numTensors } = tf.memory();
  const { target, source } = caches();
  const copied = tf.tidy(() => copyCacheRowsReference(target, source, [RUN]));
  assertEquals(target.isDisposed, true);
  assertEquals([...copied.dataSync()], COPIED);
  tf.dispose([copied, source]);
  assertEquals(tf.memory().numTensors, numTensors);
});

Deno.test("copyCacheRows() equals its reference on runs drawn at random", async () => {
  const random = Random.fromSeed(5);
  for (let repeat = 0; repeat < 20; repeat++) {
    const [width, from, to] = [random.integer(1, 9), random.integer(1, 7), random.integer(1, 7)];
    const target = normals(random, 3, to, width);
    const source = normals(random, 4, from, width);
    const runs = [0, 2].map((toRow) => {
      const count = random.integer(0, Math.min(from, to) + 1);
      return {
        fromRow: random.integer(0, 4),
        fromPosition: random.integer(0, from - count + 1),
        toRow,
        toPosition: random.integer(0, to - count + 1),
        count,
      };
    });
    const run = async (copy: typeof copyCacheRows) => {
      const [t, s] = [target, source].map(({ shape, values }) =>
        tf.tensor3d(values, shape as [number, number, number])
      );
      const copied = copy(t!, s!, runs);
      const values = [...await copied.data()];
      tf.dispose([copied, s!]);
      return values;
    };
    await tf.setBackend("cpu");
    const expected = await run(copyCacheRowsReference);
    await onEveryPlace(async () => assertEquals(await run(copyCacheRows), expected));
    if (hasWebgpu) {
      await onPoisonedGpu(async () => assertEquals(await run(copyCacheRows), expected));
    }
  }
});

Deno.test("copyCacheRows() refuses what does not fit", () => {
  tf.tidy(() => {
    const { target, source } = caches();
    const refused = (change: Partial<typeof RUN>) =>
      assertThrows(
        () => copyCacheRows(target, source, [{ ...RUN, ...change }]),
        RangeError,
        "a run must lie within target and source",
      );
    refused({ fromRow: 2 });
    refused({ fromPosition: 3 });
    refused({ toRow: -1 });
    refused({ toPosition: 2 });
    assertThrows(
      () => copyCacheRows(target, tf.zeros([2, 4, 3]), [RUN]),
      RangeError,
      "must agree in W",
    );
  });
});
