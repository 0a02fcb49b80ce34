import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { DeviceError } from "../../lib/core/errors.ts";
import { CPU_BACKEND, CpuBackend } from "../../lib/device/cpu_backend.ts";
import { createHeap } from "../../lib/device/heap.ts";
import * as ops from "../../lib/ops/mod.ts";
import { evaluate, integers, normals, type Op, relativeError } from "./twins.ts";

const MIB = 1 << 20;

/** Runs on a backend whose heap is small: tensors above a quarter of it lie elsewhere. */
async function withSmallHeap(run: (backend: CpuBackend) => Promise<void> | void): Promise<void> {
  const backend = new CpuBackend({ heap: createHeap({ maxBytes: 16 * MIB }) });
  if (tf.findBackend(CPU_BACKEND) !== null) tf.removeBackend(CPU_BACKEND);
  tf.registerBackend(CPU_BACKEND, () => backend);
  await tf.setBackend(CPU_BACKEND);
  try {
    await run(backend);
  } finally {
    tf.removeBackend(CPU_BACKEND);
    await tf.setBackend("cpu");
  }
}

Deno.test("ops work on tensors that lie off the heap", async () => {
  const random = Random.fromSeed(22);
  const [rows, width] = [1100, 1000]; // 4.2 MiB
  const ids = Array.from({ length: rows }, () => random.integer(0, rows));
  const big = normals(random, rows, width);
  const narrow = normals(random, 3, width);
  const cases: readonly { name: string; op: Op; reference: Op; inputs: (typeof big)[] }[] = [
    {
      name: "rmsNorm",
      op: (x, w) => ops.rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
      reference: (x, w) => ops.rmsNormReference(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
      inputs: [big, normals(random, width)],
    },
    {
      name: "linear",
      op: (x, w) => ops.linear(x as tf.Tensor2D, w as tf.Tensor2D),
      reference: (x, w) => ops.linearReference(x as tf.Tensor2D, w as tf.Tensor2D),
      inputs: [big, narrow],
    },
    {
      name: "embedding",
      op: (table) => ops.embedding(table as tf.Tensor2D, integers(ids)),
      reference: (table) => ops.embeddingReference(table as tf.Tensor2D, integers(ids)),
      inputs: [big],
    },
  ];
  for (const { name, op, reference, inputs } of cases) {
    await tf.setBackend("cpu");
    const expected = await evaluate(reference, inputs);
    await withSmallHeap(async ({ heap }) => {
      const actual = await evaluate(op, inputs);
      actual.forEach((values, i) => {
        const error = relativeError(values, expected[i]!);
        assert(error < 1e-5, `${name}: output ${i} off by ${error}`);
      });
      assertEquals(heap.stats.numBlocks, 0, `${name}: blocks leaked`);
    });
  }
});

Deno.test("ops say so when their scratch does not fit", async () => {
  await withSmallHeap(({ heap }) => {
    tf.tidy(() => {
      const x = tf.zeros([1, 1, 2]) as tf.Tensor3D;
      const keys = tf.zeros([1, 2 ** 19, 2]) as tf.Tensor3D; // 4 MiB
      const options = { numHeads: 1, numKvHeads: 1, starts: integers([0]) };
      const error = assertThrows(
        () => ops.causalAttention(x.tile([1, 64, 1]) as tf.Tensor3D, keys, keys, options),
        DeviceError,
        "must fit into the heap",
      );
      assert(error instanceof DeviceError);
    });
    assertEquals(heap.stats.numBlocks, 0, "blocks leaked");
  });
});
