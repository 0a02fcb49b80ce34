import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { normalQuantile } from "../../lib/core/normal_quantile.ts";
import {
  CpuBackend,
  type PackedFormat,
  type PackedMatrix,
  packedRowBytes,
  packedRows,
  type RoundedFormat,
} from "../../lib/device/mod.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "../../lib/models/half_floats.ts";
import { decodeGguf, type GgufType } from "../../lib/models/gguf/blocks.ts";
import { embedding, fewRowsLinear, linear, loraLinear, tokenLogProbs } from "../../lib/ops/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";
import reference from "../models/gguf/blocks.json" with { type: "json" };

await startTestDevice();
const device = tf.backend();
/** Packed matrices are for the processor; on a GPU loading one is refused, which the tests of models show. */
const ignore = !(device instanceof CpuBackend);
const backend = device as CpuBackend;

const GGML = Object.keys(reference.blocks) as Exclude<GgufType, "F32" | "F16" | "BF16">[];

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));

const normals = (seed: number, count: number) => {
  const random = Random.fromSeed(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** The numbers of a tensor that stands for a packed matrix. */
function numbersOf(matrix: PackedMatrix): Float32Array {
  const info = backend.storePacked(matrix);
  const values = backend.readSync(info.dataId) as Float32Array;
  backend.disposeData(info.dataId);
  return values;
}

/** A tensor that stands for a packed matrix. */
const tensorOf = (matrix: PackedMatrix) =>
  tf.engine().makeTensorFromTensorInfo(backend.storePacked(matrix), backend) as tf.Tensor2D;

/** A matrix of a format, of blocks that were drawn, and its numbers. */
function drawn(format: PackedFormat, shape: [number, number], seed: number) {
  const [rows, width] = shape;
  if (format in reference.blocks) {
    const blocks = reference.blocks[format as keyof typeof reference.blocks];
    const random = Random.fromSeed(seed);
    const perRow = packedRowBytes(format, width)! / bytesOf(blocks[0]!.bytes).length;
    const chosen = Array.from({ length: rows * perRow }, () => blocks[random.integer(0, 2)]!);
    const bytes = Uint8Array.from(chosen.flatMap((block) => [...bytesOf(block.bytes)]));
    return { format, shape, bytes } as const;
  }
  return backend.pack(normals(seed, rows * width), shape, format as RoundedFormat);
}

Deno.test({
  name: "ggml's blocks are unpacked as the reader of GGUF files decodes them, to the last bit",
  ignore,
  fn() {
    for (const format of GGML) {
      const width = 1024;
      const rows = 300; // more than one thread's share
      const matrix = drawn(format, [rows, width], 5);
      const expected = decodeGguf(format, matrix.bytes.slice());
      assertEquals(numbersOf(matrix), expected, format);
    }
  },
});

Deno.test({
  name: "numbers of 16 bits are unpacked exactly, whatever they are",
  ignore,
  fn() {
    const bits = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
    const bytes = new Uint8Array(bits.buffer);
    const shape = [64, 1024] as const;
    assertEquals(numbersOf({ format: "float16", shape, bytes }), float16ToFloat32(bits));
    assertEquals(numbersOf({ format: "bfloat16", shape, bytes }), bfloat16ToFloat32(bits));
    // Rows of a width that fills no vector.
    const odd = bytes.subarray(0, 3 * 13 * 2);
    assertEquals(
      numbersOf({ format: "float16", shape: [3, 13], bytes: odd }),
      float16ToFloat32(bits.subarray(0, 39)),
    );
  },
});

Deno.test({
  name:
    "rounding to float16 takes the nearest, of two the even one, and infinity beyond the largest",
  ignore,
  fn() {
    // 1 + 2^-11 lies between 1 and the next, 2049 between 2048 and 2050, 2051 between 2050 and 2052.
    const values = [1, -2, 1 + 2 ** -11, 2049, 2051, 65504, 65520, 2 ** -24, 2 ** -25, 1e-30];
    const expected = [1, -2, 1, 2048, 2052, 65504, Infinity, 2 ** -24, 0, 0];
    const matrix = backend.pack(Float32Array.from(values), [2, 5], "float16");
    assertEquals([...numbersOf(matrix)], expected);
    // Every number of 16 bits stays as it is.
    const all = float16ToFloat32(Uint16Array.from({ length: 0x7c01 }, (_, i) => i));
    assertEquals(numbersOf(backend.pack(all, [1, all.length], "float16")), all);
  },
});

Deno.test({
  name: "int8: the largest magnitude of a row is ±127, the others the nearest steps",
  ignore,
  fn() {
    const values = Float32Array.of(127, -127, 63.4, 0.5, ...Array(16).fill(1), 0, 0);
    const rows = Float32Array.of(...values, ...Array<number>(values.length).fill(0));
    const matrix = backend.pack(rows, [2, values.length], "int8");
    assertEquals(matrix.bytes.length, 2 * (4 + values.length));
    const numbers = numbersOf(matrix);
    assertEquals([...numbers.subarray(0, 6)], [127, -127, 63, 0, 1, 1]); // 0.5 to the even one
    assertEquals([...numbers.subarray(values.length)], Array(values.length).fill(0));
  },
});

Deno.test({
  name: "nf4: 16 values by their definition, scaled to the largest magnitude of 64 numbers",
  ignore,
  fn() {
    // Quantiles of the normal distribution: 8 steps from 0 up and 7 down, to the same ends (Dettmers et al. 2023).
    const end = 0.9677083;
    const quantiles = (steps: number) =>
      Array.from(
        { length: steps },
        (_, i) => normalQuantile(end - (end - 0.5) * i / steps) / normalQuantile(end),
      );
    const code = [...quantiles(7).map((x) => -x), 0, ...quantiles(8).reverse()];
    assertEquals(code.length, 16);
    // Each value four times, scaled by 3, then a cut block of a smaller magnitude.
    const block = Array.from({ length: 64 }, (_, i) => 3 * code[i % 16]!);
    const cut = Array.from({ length: 40 }, (_, i) => code[i % 16]! / 2);
    const matrix = backend.pack(Float32Array.from([...block, ...cut]), [1, 104], "nf4");
    assertEquals(matrix.bytes.length, 8 + 2 + 4 * 16);
    assertClose(numbersOf(matrix), [...block, ...cut], 1e-5);
    // By way of another format, in parts that are no multiples of each other.
    const halves = backend.pack(normals(4, 5000 * 320), [5000, 320], "bfloat16");
    const direct = backend.pack(numbersOf(halves), [5000, 320], "nf4");
    assertEquals(backend.repack(halves, "nf4").bytes, direct.bytes);
    // Of normal numbers the error is what the paper's normal quantiles leave: about 0.1 of the deviation.
    const values = normals(3, 64 * 1024);
    const numbers = numbersOf(backend.pack(values, [64, 1024], "nf4"));
    const error = Math.sqrt(
      numbers.reduce((sum, x, i) => sum + (x - values[i]!) ** 2, 0) / values.length,
    );
    assert(error > 0.07 && error < 0.11, `error ${error}`);
  },
});

const FORMATS: readonly PackedFormat[] = [...GGML, "float16", "bfloat16", "int8", "nf4"];

Deno.test({
  name:
    "products, rows by index and log-probabilities read a packed weight as they read its numbers",
  ignore,
  fn() {
    for (const format of FORMATS) {
      const [outputs, inputs] = [700, 512];
      const matrix = drawn(format, [outputs, inputs], 7);
      const before = { ...tf.memory(), blocks: backend.heap.stats.numBlocks };
      const packed = tensorOf(matrix);
      const plain = tf.tensor2d(numbersOf(matrix), [outputs, inputs]);
      const x = tf.tensor2d(normals(1, 9 * inputs), [9, inputs]);
      const ids = tf.tensor1d(
        Int32Array.from({ length: 9 }, (_, i) => (i * 77) % outputs),
        "int32",
      );
      const largest = numbersOf(matrix).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const scale = 30 * largest;
      const lora = {
        a: tf.tensor2d(normals(2, 4 * inputs), [4, inputs]),
        b: tf.tensor2d(normals(3, outputs * 4), [outputs, 4]),
        scale: 0.5,
      };
      const compare = (run: (weight: tf.Tensor2D) => tf.Tensor, tolerance: number) => {
        const [actual, expected] = [packed, plain].map((weight) => tf.tidy(() => run(weight)));
        assertClose(actual!.dataSync(), expected!.dataSync(), tolerance);
        tf.dispose([actual!, expected!]);
      };
      compare((weight) => linear(x, weight), 1e-6 * scale);
      compare((weight) => fewRowsLinear(x, weight, lora), 1e-5 * scale);
      compare((weight) => embedding(weight, ids), 0);
      const logProbs = (rows: tf.Tensor, weight: tf.Tensor2D) =>
        tokenLogProbs(rows as tf.Tensor2D, weight, ids, { temperature: scale }).logProbs;
      compare((weight) => logProbs(x, weight), 1e-5);
      compare((weight) => tf.grad((rows) => logProbs(rows, weight).sum())(x), 1e-5);
      for (const wrt of [0, 1, 2]) {
        compare((weight) => {
          const gradients = tf.grads((rows, a, b) =>
            loraLinear(rows as tf.Tensor2D, weight, {
              a: a as tf.Tensor2D,
              b: b as tf.Tensor2D,
              scale: 0.5,
            }).square().mean()
          )([x, lora.a, lora.b]);
          return gradients[wrt]!;
        }, 1e-5 * scale * scale);
      }
      tf.dispose([packed, plain, x, ids, lora.a, lora.b]);
      assertEquals(tf.memory().numTensors, before.numTensors, "tensors leaked");
      assertEquals(backend.heap.stats.numBlocks, before.blocks, "blocks leaked");
    }
  },
});

Deno.test({
  name:
    "what multiplies by a packed weight, looks up in it or frees it never unpacks the whole of it",
  ignore,
  fn() {
    const packed = tensorOf(drawn("nf4", [1096, 64], 7));
    let numUnpacked = 0;
    const count = () => void numUnpacked++;
    Object.defineProperty(backend.data.get(packed.dataId), "values", {
      get: count,
      configurable: true,
    });
    const weight = tf.tidy(() => tf.variable(packed, false)) as tf.Tensor2D;
    packed.dispose();
    tf.tidy(() => {
      const x = tf.tensor2d(normals(1, 2 * 64), [2, 64]);
      const ids = tf.tensor1d([3, 95], "int32");
      linear(x, weight);
      fewRowsLinear(x, weight);
      embedding(weight, ids);
      tf.grad((rows) => tokenLogProbs(rows as tf.Tensor2D, weight, ids).logProbs.sum())(x);
      tf.grad((rows) => linear(rows as tf.Tensor2D, weight).sum())(x);
    });
    weight.dispose();
    assertEquals(numUnpacked, 0);
  },
});

Deno.test({
  name: "some rows of a packed matrix; bytes that do not fit are refused",
  ignore,
  fn() {
    const matrix = drawn("Q4_K", [6, 512], 1);
    assertEquals(numbersOf(packedRows(matrix, 2, 5)), numbersOf(matrix).slice(2 * 512, 5 * 512));
    assertThrows(
      () => backend.storePacked({ ...matrix, bytes: matrix.bytes.subarray(1) }),
      RangeError,
      "Cannot store [6, 512] as Q4_K as it takes 1728 bytes: got 1727",
    );
    assertThrows(
      () => backend.storePacked({ ...matrix, shape: [12, 128] }),
      RangeError,
      "its rows must be whole blocks: 128",
    );
  },
});
