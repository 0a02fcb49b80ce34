import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { CPU_BACKEND } from "../../lib/device/cpu_backend.ts";
import { WEBGPU_BACKEND } from "../../lib/device/webgpu.ts";
import * as ops from "../../lib/ops/mod.ts";
import { runKernel } from "../../lib/ops/run_kernel.ts";
import { dispatch } from "../../lib/ops/webgpu/dispatch.ts";
import { chooseTiles } from "../../lib/ops/webgpu/product.ts";
import { elementwise, wgslOf } from "../../lib/ops/webgpu/program.ts";
import { gpuBackend, hasWebgpu, onPoisonedGpu } from "./gpu_twins.ts";
import { integers, normals, relativeError } from "./twins.ts";

/**
 * Without the first two a gradient is made by itself and then added by MaporlAddInPlace; without the third
 * a pass goes op by op, which is what a GPU's queue is for; without the last few rows go through MaporlLinear, which
 * has a product for them there. No op takes its reference for want of them.
 */
const CPU_ONLY = [
  "MaporlAddMatMul",
  "MaporlAddRmsNormGrad",
  "MaporlDecoderPass",
  "MaporlFewRowsLinear",
];

Deno.test("WebGPU has every kernel of ours that the CPU has, so that no op takes its reference", () => {
  const namesOf = (backend: string) =>
    tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName)
      .filter((name) => name.startsWith("Maporl")).sort();
  assert(namesOf(CPU_BACKEND).length >= 17);
  assertEquals(
    namesOf(CPU_BACKEND).filter((name) => !namesOf(WEBGPU_BACKEND).includes(name)),
    CPU_ONLY,
  );
});

Deno.test({
  name:
    "MaporlMatMul on webgpu equals tfjs's products for every transposition, one and two of them",
  ignore: !hasWebgpu,
  fn: async () => {
    const random = Random.fromSeed(51);
    for (const [m, n, k, l] of [[5, 7, 9, 3], [36, 64, 40, 8], [1, 33, 2, 1], [70, 3, 900, 5]]) {
      for (const transA of [false, true]) {
        for (const transB of [false, true]) {
          const shape = (inner: number): [number, number][] => [
            transA ? [inner, m!] : [m!, inner],
            transB ? [n!, inner] : [inner, n!],
          ];
          const values = [...shape(k!), ...shape(l!)].map((size) => normals(random, ...size));
          const tensors = () =>
            values.map((x) => tf.tensor(x.values, [...x.shape])) as [
              tf.Tensor,
              tf.Tensor,
              tf.Tensor,
              tf.Tensor,
            ];
          await tf.setBackend("cpu");
          const expected = tf.tidy(() => {
            const [a, b, c, d] = tensors();
            const first = tf.matMul(a, b, transA, transB).mul(0.5);
            return [first, first.add(tf.matMul(c, d, transA, transB).mul(0.5))]
              .map((y) => y.dataSync());
          });
          await onPoisonedGpu(async () => {
            const actual = tf.tidy(() => {
              const [a, b, c, d] = tensors();
              const attributes = { transA, transB, alpha: 0.5 };
              return [
                runKernel("MaporlMatMul", { a, b }, attributes)[0]!,
                runKernel("MaporlMatMul", { a, b, c, d }, attributes)[0]!,
              ];
            });
            for (const [i, y] of actual.entries()) {
              assertEquals(y.shape, [m, n]);
              const error = relativeError(await y.data(), expected[i]!);
              assert(error < 5e-6, `${[m, n, k, l, transA, transB]}: off by ${error}`);
            }
            tf.dispose(actual);
          });
        }
      }
    }
  },
});

Deno.test("chooseTiles() takes large tiles for large products and splits long thin ones", () => {
  assertEquals(chooseTiles({ m: 4096, n: 4096, k: 4096 }), {
    tile: { side: 128, part: 8 },
    splits: 1,
  });
  // 16 × 8 tiles of 128 are enough for a large GPU, 8 × 8 are not: 64 takes four times as many.
  assertEquals(chooseTiles({ m: 2048, n: 1024, k: 512 }).tile.side, 128);
  assertEquals(chooseTiles({ m: 1024, n: 1024, k: 512 }).tile.side, 64);
  // 16 rows of LoRA's A: 28 workgroups of 32 × 32, so 5 splits of the 4096 rows that are added up.
  assertEquals(chooseTiles({ m: 16, n: 896, k: 4096 }), {
    tile: { side: 32, part: 4 },
    splits: 5,
  });
  assertEquals(chooseTiles({ m: 16, n: 896, k: 300 }).splits, 1);
});

Deno.test("wgslOf() declares buffers, arguments and the folded index of workgroups", () => {
  const program = elementwise("double", {
    buffers: { x: {}, y: { type: "u32", writes: true } },
    args: { factor: "f32" },
    body: "y[i] = u32(x[i] * args.factor);",
  });
  const text = wgslOf(program);
  assert(text.includes("@group(0) @binding(0) var<storage, read> x: array<f32>;"));
  assert(text.includes("@group(0) @binding(1) var<storage, read_write> y: array<u32>;"));
  assert(text.includes("@group(0) @binding(2) var<uniform> args: Args;"));
  assert(/numGroups: u32,\s+size: u32,\s+factor: f32,/.test(text));
  assert(!text.includes("enable f16"));
  assert(wgslOf({ ...program, buffers: { x: { type: "f16" } } }).startsWith("enable f16;"));
});

Deno.test({
  name: "dispatch() refuses tensors beyond what the GPU can bind",
  ignore: !hasWebgpu,
  fn: async () => {
    const backend = await gpuBackend();
    const limit = backend.device.limits.maxStorageBufferBindingSize;
    const program = elementwise("copy", {
      buffers: { x: {}, y: { writes: true } },
      body: "y[i] = x[i];",
    });
    // It is refused by its shape, before any memory is asked for.
    const large: tf.TensorInfo = { dataId: {}, shape: [limit / 4 + 1], dtype: "float32" };
    assertThrows(
      () =>
        dispatch(backend, program, {
          buffers: { x: large, y: large },
          args: { size: 1 },
          groups: 1,
        }),
      DeviceError,
      `at most ${limit} bytes on this GPU: x [${limit / 4 + 1}] has ${limit + 4}`,
    );
  },
});

Deno.test({
  name: "a read that was under way while a kernel wrote in place is not taken for the new values",
  ignore: !hasWebgpu,
  fn: async () => {
    await gpuBackend();
    const cache = tf.zeros([1, 1500, 1]) as tf.Tensor3D;
    const update = tf.ones([1, 1]) as tf.Tensor2D;
    const [first, second] = [0, 1].map((at) => tf.tensor2d([0, at], [1, 2], "int32"));
    const grown = ops.writeCache(cache, update, first!);
    const before = grown.data(); // asked for, but not yet answered
    const later = ops.writeCache(grown, update, second!);
    assertEquals([...(await before).slice(0, 3)], [1, 0, 0]);
    assertEquals([...(await later.data()).slice(0, 3)], [1, 1, 0]);
    tf.dispose([later, update, first!, second!]);
  },
});

Deno.test({
  name: "gradients() on webgpu reads nothing back, adds up in place and leaves nothing behind",
  ignore: !hasWebgpu,
  fn: async () => {
    const backend = await gpuBackend() as unknown as {
      getBufferData: (buffer: GPUBuffer) => Promise<ArrayBuffer>;
    };
    const random = Random.fromSeed(52);
    const variable = (...shape: number[]) => {
      const { values } = normals(random, ...shape);
      return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
    };
    const weights = {
      table: variable(50, 32),
      norm: variable(32),
      q: variable(32, 32),
      a: variable(4, 32),
      b: variable(32, 4),
      gate: variable(64, 32),
      up: variable(64, 32),
      down: variable(32, 64),
    };
    const moments = Object.values(weights)
      .map(({ shape }) => ({
        m: variable(...shape),
        v: tf.tidy(() => tf.variable(tf.ones(shape))),
      }));
    const step = (): tf.Scalar => {
      const { table, norm, q, a, b, gate, up, down } = weights as unknown as
        & Record<keyof typeof weights, tf.Tensor2D>
        & { norm: tf.Tensor1D };
      const ids = integers(Array.from({ length: 40 }, (_, i) => i * 7 % 50));
      const x = ops.embedding(table, ids);
      const normed = ops.rmsNorm(x, norm, 1e-5);
      const projected = ops.loraLinear(normed, q, { a, b, scale: 0.5 });
      const positions = integers(Array.from({ length: 40 }, (_, i) => i % 20));
      const turned = ops.rotaryEmbedding(projected, positions, { headDim: 8, theta: 10000 });
      const heads = turned.reshape([2, 20, 32]) as tf.Tensor3D;
      const mixed = ops.causalAttention(heads, heads, heads, {
        numHeads: 4,
        numKvHeads: 4,
        starts: integers([0, 3]),
      });
      const residual = x.add(mixed.reshape([40, 32])) as tf.Tensor2D;
      const hidden = ops.swiGlu(ops.linear(residual, gate), ops.linear(residual, up));
      const out = residual.add(ops.linear(hidden, down)) as tf.Tensor2D;
      return ops.tokenLogProbs(out, table, ids).logProbs.mean().neg() as tf.Scalar;
    };
    let numReads = 0;
    const read = backend.getBufferData;
    backend.getBufferData = (buffer) => {
      numReads++;
      return read.call(backend, buffer);
    };
    try {
      const losses: number[] = [];
      for (let i = 0; i < 3; i++) {
        const { numTensors } = tf.memory();
        const params = Object.values(weights);
        const { value, grads } = ops.gradients(step, params);
        const parts = params.map((param, p) => (
          { param, grad: grads[p]!, ...moments[p]!, weightDecay: 0 }
        ));
        ops.adamW(parts, { lr: 0.02, beta1: 0, beta2: 0, eps: 1e-8, step: i + 1 });
        assertEquals(numReads, i, "values were read back within a step");
        losses.push((await value.data())[0]!);
        tf.dispose([value, ...grads.map((grad) => grad!)]);
        assertEquals(tf.memory().numTensors, numTensors);
      }
      assert(losses[2]! < losses[0]!, `no descent: ${losses}`);
    } finally {
      backend.getBufferData = read;
      tf.disposeVariables();
    }
  },
});
