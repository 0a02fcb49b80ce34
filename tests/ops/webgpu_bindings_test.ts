import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import * as ops from "../../lib/ops/mod.ts";
import { bindRange, mostBoundRows } from "../../lib/ops/webgpu/bindings.ts";
import type { GpuBackend } from "../../lib/ops/webgpu/gpu_backend.ts";
import { restartGpu, restartingTest } from "./gpu_twins.ts";
import { evaluate, integers, normals, type Op, relativeError } from "./twins.ts";

/** Runs on a GPU of its own that can bind no more than some bytes, and notes the largest binding. */
async function withLimit(
  limit: number,
  options: { readonly dtype?: "float32" | "bfloat16" },
  run: () => Promise<void>,
): Promise<{ largest: number; parts: number }> {
  const { device } = await restartGpu(options);
  const limits = { maxComputeWorkgroupsPerDimension: 65535, maxStorageBufferBindingSize: limit };
  Object.defineProperty(device, "limits", { value: limits, configurable: true });
  const seen = { largest: 0, parts: 0 };
  const create = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    for (const { resource } of descriptor.entries) {
      const { buffer, size } = resource as GPUBufferBinding;
      if ((buffer.usage & GPUBufferUsage.STORAGE) === 0) continue;
      seen.largest = Math.max(seen.largest, size ?? buffer.size);
      if (size !== undefined) seen.parts++;
    }
    return create(descriptor);
  };
  await run();
  return seen;
}

const tokens = [0, 511, 700, 33, 256];

/** What meets an embedding table and a head: the gather, the head's product, log-probabilities. */
const OPS: readonly { name: string; op: Op; rows: number; gradients: number }[] = [
  { name: "linear, few rows", op: ops.linear as Op, rows: 5, gradients: 0 },
  { name: "linear, many rows", op: ops.linear as Op, rows: 12, gradients: 0 },
  {
    name: "tokenLogProbs",
    op: (x, w) => {
      const ids = Array.from({ length: x.shape[0]! }, (_, i) => i * 97 % 701);
      return ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, integers(ids), {
        temperature: 0.7,
      }).logProbs;
    },
    rows: 21,
    gradients: 2,
  },
];

for (const width of [36, 33]) {
  for (const dtype of ["float32", "bfloat16"] as const) {
    restartingTest(
      `a head [701, ${width}] beyond what the GPU can bind is read in parts, ${dtype}`,
      async () => {
        const random = Random.fromSeed(71);
        for (const { name, op, rows, gradients } of OPS) {
          const inputs = [normals(random, rows, width), normals(random, 701, width)];
          // The gradient of a linear layer's input reads all of its weight, so only values are asked for.
          const run = async () =>
            gradients > 0 ? await evaluate(op, inputs) : [await valueOf(op, inputs)];
          await restartGpu({ dtype });
          const whole = await run();
          let parts: Float32Array[] = [];
          // 40 000 bytes hold 256 rows of either width; the head has 701, in 16 bits 50 472 or 46 266 bytes.
          const seen = await withLimit(40_000, { dtype }, async () => {
            const { numTensors } = tf.memory();
            parts = await run();
            assertEquals(tf.memory().numTensors, numTensors);
          });
          assert(seen.parts > 0 && seen.largest <= 40_000, `${name}: ${JSON.stringify(seen)}`);
          assertEquals(parts.length, 1 + gradients);
          parts.forEach((values, i) => {
            const error = relativeError(values, whole[i]!);
            assert(error < 3e-6, `${name}: output ${i} off by ${error}`);
          });
        }
      },
    );
  }
}

async function valueOf(op: Op, inputs: Parameters<typeof evaluate>[1]): Promise<Float32Array> {
  const y = tf.tidy(() => op(...inputs.map(({ values, shape }) => tf.tensor(values, [...shape]))));
  try {
    return await y.data() as Float32Array;
  } finally {
    y.dispose();
  }
}

restartingTest("a table beyond what the GPU can bind is gathered from in parts", async () => {
  const width = 33;
  const values = Float32Array.from({ length: 701 * width }, (_, i) => i);
  const seen = await withLimit(60_000, {}, async () => {
    const table = tf.tensor2d(values, [701, width]);
    const rows = ops.embedding(table, integers(tokens));
    const expected = tokens.flatMap((id) => [...values.slice(id * width, (id + 1) * width)]);
    assertEquals([...await rows.data()], expected);
    tf.dispose([table, rows]);
  });
  assert(seen.parts > 0 && seen.largest <= 60_000, JSON.stringify(seen));
});

restartingTest("a head beyond WebGPU's own limit is computed with", async () => {
  const { device } = await restartGpu({});
  const limit = device.limits.maxStorageBufferBindingSize;
  if (limit > 1 << 27) {
    console.warn(`SKIPPED: a head of more than ${limit} bytes, as it would take too much memory`);
    return;
  }
  const [vocabSize, width] = [Math.floor(limit / 4 / 896) + 1000, 896];
  // Entry v of the vocabulary is v mod 1009 at column v mod 896 and 0 elsewhere.
  const values = new Float32Array(vocabSize * width);
  for (let v = 0; v < vocabSize; v++) values[v * width + v % width] = v % 1009;
  const head = tf.tensor2d(values, [vocabSize, width]);
  const ids = [0, vocabSize - 1, 20_011];
  const x = ops.embedding(head, integers(ids));
  const logits = ops.linear(x, head);
  const { logProbs } = ops.tokenLogProbs(x, head, integers(ids), { temperature: 1e5 });
  const actual = await logits.data();
  const probabilities = await logProbs.data();
  ids.forEach((id, row) => {
    let sum = 0;
    for (let v = 0; v < vocabSize; v++) {
      const expected = v % width === id % width ? (v % 1009) * (id % 1009) : 0;
      if (actual[row * vocabSize + v] !== expected) {
        assertEquals(actual[row * vocabSize + v], expected, `logit ${v} of row ${row}`);
      }
      sum += Math.exp(expected / 1e5);
    }
    const expected = (id % 1009) ** 2 / 1e5 - Math.log(sum);
    assert(Math.abs(probabilities[row]! - expected) < 1e-4, `row ${row}: ${probabilities[row]}`);
  });
  tf.dispose([head, x, logits, logProbs]);
});

restartingTest(
  "what cannot be done in parts is refused with its name, shape and bytes",
  async () => {
    await withLimit(60_000, {}, () => {
      const x = tf.zeros([701, 36]) as tf.Tensor2D;
      assertThrows(
        () => ops.swiGlu(x, x),
        DeviceError,
        "at most 60000 bytes on this GPU: gate [701, 36] has 100944",
      );
      x.dispose();
      return Promise.resolve();
    });
  },
);

Deno.test("bindRange() binds from multiples of 256 bytes, and all of what fits", () => {
  const backend = { device: { limits: { maxStorageBufferBindingSize: 60_000 } } } as GpuBackend;
  const of = { dataId: {}, shape: [701, 33], dtype: "float32" } as tf.TensorInfo;
  // Element 1000 stands at byte 4000, 160 after 3840; 10 elements end at byte 4040.
  assertEquals(bindRange(backend, of, { first: 1000, count: 10 }), {
    buffer: { of, offset: 3840, size: 200 },
    first: 40,
  });
  // In 16 bits element 1001 stands at byte 2002, 210 after 1792; 11 elements end at 2024.
  assertEquals(bindRange(backend, of, { first: 1001, count: 11, bytes: 2 }), {
    buffer: { of, offset: 1792, size: 232 },
    first: 105,
  });
  const small = { ...of, shape: [400, 33] };
  assertEquals(bindRange(backend, small, { first: 1000, count: 10 }), {
    buffer: small,
    first: 1000,
  });
  assertEquals(mostBoundRows(backend, 33), 384); // 60 000 / 132 = 454.5
  assertEquals(mostBoundRows(backend, 1e6), 128);
});
