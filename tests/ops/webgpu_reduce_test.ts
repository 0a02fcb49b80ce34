import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { startDevice } from "../../lib/device/mod.ts";
import { subgroupHeader } from "../../lib/device/subgroups.ts";
import * as ops from "../../lib/ops/mod.ts";
import { dispatch } from "../../lib/ops/webgpu/dispatch.ts";
import { type Program, wgslOf } from "../../lib/ops/webgpu/program.ts";
import { assertGpuTwins, gpuBackend, hasWebgpu, restartingTest } from "./gpu_twins.ts";
import { integers, normals, type Op, relativeError, type Values } from "./twins.ts";

const hasSubgroups = hasWebgpu && subgroupHeader((await gpuBackend()).device) !== undefined;
if (!hasSubgroups) console.warn("SKIPPED: reductions by subgroups, as no GPU has them");

/** Starts anew, with subgroups or without, and runs. */
const onBoth = (name: string, run: () => Promise<void>) => {
  for (const subgroups of [true, false]) {
    restartingTest(
      `${name} ${subgroups ? "with" : "without"} subgroups`,
      async () => {
        const { products } = await startDevice("webgpu", { allowSoftwareAdapter: true, subgroups });
        const { device } = await gpuBackend();
        assertEquals(subgroupHeader(device) !== undefined, subgroups);
        assertEquals(products.endsWith("with subgroups"), subgroups);
        await run();
      },
      subgroups ? hasSubgroups : hasWebgpu,
    );
  }
};

// Every invocation writes each result, so that one that differs between invocations shows; the second sum
// comes right after the first, so that a part that is overwritten too early shows.
const program = (size: number): Program => ({
  name: `reduceAll${size}`,
  buffers: { x: {}, results: { type: "vec4<f32>", writes: true } },
  args: {},
  workgroupSize: size,
  reductions: ["sumOverGroup", "maxOverGroup", "maxKeyOverGroup"],
  body: `
  let value = x[local];
  let sum = sumOverGroup(local, value);
  let next = sumOverGroup(local, value + 1.0);
  let most = maxOverGroup(local, -value);
  let mostKey = maxKeyOverGroup(local, u32(abs(value)));
  results[local] = vec4<f32>(sum, next, most, f32(mostKey));`,
});

onBoth("reductions over workgroups of every size give every invocation the result", async () => {
  const backend = await gpuBackend();
  for (let size = 1; size <= 256; size *= 2) {
    // Whole numbers, whose sums are exact in any order; the largest stands at the end.
    const values = Array.from({ length: size }, (_, i) => (i * 37) % 101 - 60);
    values[size - 1] = -70;
    const x = tf.tensor1d(values);
    const results = tf.zeros([size, 4]);
    dispatch(backend, program(size), { buffers: { x, results }, args: {}, groups: 1 });
    const sum = values.reduce((total, value) => total + value, 0);
    const expected = [sum, sum + size, 70, 70];
    const actual = await results.data();
    for (let i = 0; i < size; i++) {
      assertEquals([...actual.slice(4 * i, 4 * i + 4)], expected, `invocation ${i} of ${size}`);
    }
    tf.dispose([x, results]);
  }
});

const ids = Array.from({ length: 7 }, (_, i) => i * 141 % 1000);

/** The differentiable ops whose kernels reduce over a workgroup. */
const TWINS: readonly { name: string; op: Op; reference: Op; shapes: number[][] }[] = [
  {
    name: "rmsNorm",
    op: (x, w) => ops.rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
    reference: (x, w) => ops.rmsNormReference(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
    shapes: [[5, 301], [301]],
  },
  {
    name: "causalAttention of one query",
    op: (q, k, v) => attention(ops.causalAttention, [q, k, v]),
    reference: (q, k, v) => attention(ops.causalAttentionReference, [q, k, v]),
    shapes: [[2, 1, 24], [2, 1100, 12], [2, 1100, 12]],
  },
  {
    name: "tokenLogProbs",
    op: (x, w) =>
      ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, integers(ids), { temperature: 0.7 })
        .logProbs,
    reference: (x, w) =>
      ops.tokenLogProbsReference(x as tf.Tensor2D, w as tf.Tensor2D, integers(ids), {
        temperature: 0.7,
      }).logProbs,
    shapes: [[7, 20], [1000, 20]],
  },
];

function attention(f: typeof ops.causalAttention, tensors: (tf.Tensor | undefined)[]): tf.Tensor {
  const [q, k, v] = tensors as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  return f(q, k, v, { numHeads: 4, numKvHeads: 2, starts: integers([0, 3]), length: 1100 });
}

onBoth("every op that reduces equals its reference on webgpu", async () => {
  const random = Random.fromSeed(61);
  for (const { name, op, reference, shapes } of TWINS) {
    const inputs: Values[] = shapes.map((shape) => normals(random, ...shape));
    await assertGpuTwins({ op, reference }, inputs, { name });
  }
});

onBoth("squaredNorms() equals its reference on webgpu", async () => {
  const wave = (size: number) =>
    tf.tensor1d(Array.from({ length: size }, (_, i) => Math.sin(1.3 * i)));
  const run = () => ops.squaredNorms([wave(3000), wave(14)]);
  await tf.setBackend("cpu"); // has no kernels of ours, so that the reference runs
  const expected = tf.tidy(run);
  await gpuBackend();
  const actual = tf.tidy(run);
  const error = relativeError(await actual.data(), await expected.data());
  assert(error < 1e-5, `squared norms are off by ${error}`);
  tf.dispose([expected, actual]);
});

onBoth("sample() draws the reference's tokens on webgpu", async () => {
  const random = Random.fromSeed(62);
  for (const vocabSize of [3, 257, 2000]) {
    const { values } = normals(random, 24, vocabSize);
    const run = (options: Partial<ops.SamplingOptions>) => () =>
      ops.sample(
        tf.tensor2d(values, [24, vocabSize]),
        ops.sampleStreams(Array.from({ length: 24 }, (_, i) => Random.fromSeed(63).split(i)), {
          numDraws: 1,
        }),
        { temperature: 0.8, topK: 0, topP: 1, draw: 0, ...options },
      ).tokens;
    for (const options of [{}, { topK: 20, topP: 0.9 }, { temperature: 0 }]) {
      await tf.setBackend("cpu");
      const expected = tf.tidy(run(options));
      await gpuBackend();
      const actual = tf.tidy(run(options));
      const what = `${vocabSize} tokens, ${JSON.stringify(options)}`;
      assertEquals([...await actual.data()], [...await expected.data()], what);
      tf.dispose([expected, actual]);
    }
  }
});

Deno.test("wgslOf() uses subgroups only for reductions and only with a header", () => {
  const text = wgslOf(program(64), "enable subgroups;");
  assert(text.startsWith("enable subgroups;"));
  assert(/@builtin\(subgroup_id\).*@builtin\(num_subgroups\)/s.test(text));
  assert(text.includes("subgroupAdd(value)") && text.includes("subgroupMax(value)"));
  assert(!text.includes("step >> 1u"), "halves as well");
  assertEquals(wgslOf(program(64), "").includes("enable"), false);
  assert(wgslOf(program(64), "").includes("subgroupAdd(value)"));
  assertEquals(/subgroup/i.test(wgslOf(program(64))), false);
  const { reductions: _, ...rest } = program(64);
  assertEquals(/subgroup/i.test(wgslOf(rest, "enable subgroups;")), false);
});
