import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CPU_BACKEND, CpuBackend } from "../../lib/device/cpu_backend.ts";
import { createHeap } from "../../lib/device/heap.ts";
import { replaceKernel } from "../../lib/device/kernels/kernel.ts";
import "../../lib/device/kernels/register.ts";

const MIB = 1 << 20;

/** A tensor of numbers in [-1, 1) that depend on shape and seed only. */
function random(shape: number[], seed = 1): tf.Tensor {
  let state = seed * 7919 + shape.length;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(values, shape);
}

const ids = (...values: number[]) => tf.tensor1d(values, "int32");
const grad = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) => tf.grad(f)(x);

type Case = () => tf.Tensor | tf.Tensor[];

/** Products in every arrangement that tfjs gets right: its plain kernel repeats [2, 1] against [2, 3] in
 * the wrong order, for which there is a test of its own. */
function matMulCases(): Record<string, Case> {
  const cases: Record<string, Case> = {};
  const batches = [[[], []], [[3], [3]], [[3], []], [[], [3]], [[1, 3], [2, 3]], [[1], [4]]];
  for (const [aBatch, bBatch] of batches as [number[], number[]][]) {
    for (const [transA, transB] of [[false, false], [true, false], [false, true], [true, true]]) {
      const aShape = [...aBatch, ...(transA ? [4, 5] : [5, 4])];
      const bShape = [...bBatch, ...(transB ? [6, 4] : [4, 6])];
      cases[`matMul [${aShape}] [${bShape}] ${transA} ${transB}`] = () =>
        tf.matMul(random(aShape), random(bShape, 2), transA, transB);
    }
  }
  return cases;
}

/** Ops that read or make tensors in a way of their own, each with the shapes that could break it. */
const CASES: Record<string, Case> = {
  ...matMulCases(),
  "matMul int32": () =>
    tf.matMul(tf.range(0, 6, 1, "int32").reshape([2, 3]), tf.ones([3, 2], "int32")),
  "matMul with an empty axis": () => tf.matMul(tf.zeros([3, 0]), tf.zeros([0, 2])),
  "matMul gradient": () =>
    grad((x) => tf.matMul(x, random([4, 6], 2), false).square(), random([5, 4])),
  "fused matMul bias relu": () =>
    tf.fused.matMul({
      a: random([5, 4]) as tf.Tensor2D,
      b: random([4, 6], 2) as tf.Tensor2D,
      bias: random([6], 3),
      activation: "relu",
    }),
  "fused matMul wide bias sigmoid": () =>
    tf.fused.matMul({
      a: random([5, 4]) as tf.Tensor2D,
      b: random([6, 4], 2) as tf.Tensor2D,
      transposeB: true,
      bias: random([5, 6], 3),
      activation: "sigmoid",
    }),
  "fused matMul leakyrelu": () =>
    tf.fused.matMul({
      a: random([5, 4]) as tf.Tensor2D,
      b: random([4, 6], 2) as tf.Tensor2D,
      activation: "leakyrelu",
      leakyreluAlpha: 0.3,
    }),
  "fused matMul prelu": () =>
    tf.fused.matMul({
      a: random([5, 4]) as tf.Tensor2D,
      b: random([4, 6], 2) as tf.Tensor2D,
      activation: "prelu",
      preluActivationWeights: random([6], 4),
    }),
  "add broadcast": () => random([3, 1, 4]).add(random([2, 1], 2)),
  "addN": () => tf.addN([random([3, 2]), random([3, 2], 2), random([3, 2], 3)]),
  "sub mul div": () => random([7]).sub(2).mul(random([7], 2)).div(random([7], 3).add(3)),
  "maximum pow": () => random([5]).maximum(0.1).pow(tf.scalar(1.5)),
  "exp log sqrt": () => random([5]).exp().log1p().sqrt(),
  "tanh sigmoid softplus elu": () => random([9]).tanh().sigmoid().softplus().elu(),
  "sum over axes": () => [random([3, 4, 5]).sum(), random([3, 4, 5]).sum([0, 2])],
  "mean and variance": () => Object.values(tf.moments(random([3, 4]), 1)),
  "max min prod": () => [random([3, 4]).max(1), random([3, 4]).min(0), random([3, 4]).prod(1)],
  "argMax argMin": () => [random([3, 4]).argMax(1), random([3, 4]).argMin(0)],
  "softmax": () => tf.softmax(random([3, 7])),
  "logSoftmax gradient": () => grad((x) => tf.logSoftmax(x).mul(random([3, 7], 2)), random([3, 7])),
  "logSumExp": () => tf.logSumExp(random([3, 7]), 1),
  "gather rows": () => tf.gather(random([5, 3]), ids(4, 0, 0, 2)),
  "gather columns": () => tf.gather(random([5, 3]), ids(2, 0), 1),
  "gather gradient": () => grad((x) => tf.gather(x, ids(1, 1, 3)).square(), random([5, 3])),
  "gatherND scatterND": () => [
    tf.gatherND(random([3, 4]), tf.tensor2d([[0, 1], [2, 3]], [2, 2], "int32")),
    tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], "int32"), random([2, 3]), [5, 3]),
  ],
  "tensorScatterUpdate": () =>
    tf.tensorScatterUpdate(random([5]), tf.tensor2d([[1], [3]], [2, 1], "int32"), tf.ones([2])),
  "unsortedSegmentSum": () => tf.unsortedSegmentSum(random([4, 2]), ids(0, 2, 0, 1), 3),
  "oneHot": () => tf.oneHot(ids(0, 2, 1), 4),
  "concat axis 0": () => tf.concat([random([2, 3]), random([1, 3], 2), random([4, 3], 3)]),
  "concat axis 1": () => tf.concat([random([2, 3]), random([2, 50], 2)], 1),
  "concat inner axis": () => tf.concat([random([2, 3, 2]), random([2, 1, 2], 2)], -2),
  "concat with empty parts": () => tf.concat([tf.zeros([0, 3]), random([2, 3]), tf.zeros([0, 3])]),
  "concat of nothing": () => tf.concat([tf.zeros([0, 3]), tf.zeros([0, 3])]),
  "concat int32 and bool": () => [
    tf.concat([ids(1, 2), ids(3)]),
    tf.concat([tf.tensor1d([true]), tf.tensor1d([false])]),
  ],
  "concat gradient": () =>
    grad((x) => tf.concat([x, x.square()], 1).slice([0, 1], [2, 4]), random([2, 3])),
  "stack": () => [0, 1, 2, -1].map((axis) => tf.stack([random([2, 3]), random([2, 3], 2)], axis)),
  "unstack": () => tf.unstack(random([3, 4, 2]), 1),
  "split": () => [...tf.split(random([6, 4]), 3), ...tf.split(random([6, 4]), [1, 3], 1)],
  "slice rows": () => random([5, 4]).slice([1, 0], [3, 4]),
  "slice columns": () => random([5, 64]).slice([0, 3], [5, 50]),
  "slice block": () => random([3, 4, 5]).slice([1, 1, 2], [2, 2, 3]),
  "slice nothing": () => random([3, 4]).slice([1, 1], [0, 2]),
  "slice scalar rank": () => tf.scalar(3).clone(),
  "slice int32 and bool": () => [ids(1, 2, 3).slice(1, 2), tf.tensor1d([true, false]).slice(1, 1)],
  "stridedSlice": () => tf.stridedSlice(random([5, 6]), [0, 1], [5, 6], [2, 3]),
  "pad": () => tf.pad(random([2, 3]), [[1, 0], [0, 2]], 7),
  "tile": () => tf.tile(random([2, 3]), [2, 2]),
  "reverse": () => tf.reverse(random([2, 3]), 1),
  "transpose": () => [random([3, 4]).transpose(), random([2, 3, 4]).transpose([2, 0, 1])],
  "reshape expandDims squeeze": () => random([2, 6]).reshape([3, 4]).expandDims(1).squeeze([1]),
  "cast": () => [
    ids(1, 0, -2).cast("float32"),
    ids(1, 0, -2).cast("bool"),
    random([5]).mul(5).cast("int32"),
    tf.tensor1d([true, false]).cast("int32"),
  ],
  "cast to complex": () => tf.real(ids(1, 2).cast("complex64")),
  "fill zerosLike onesLike": () => [
    tf.fill([2, 3], 1.5),
    tf.fill([2], 2, "int32"),
    tf.zerosLike(random([2, 2])),
    tf.onesLike(ids(3, 4)),
    tf.zerosLike(tf.tensor1d([true])),
  ],
  "range linspace eye": () => [tf.range(0, 5), tf.linspace(0, 1, 4), tf.eye(3)],
  "where": () => tf.where(random([4]).greater(0), random([4], 2), tf.zeros([4])),
  "comparisons":
    () => [random([4]).less(0), random([4]).equal(0), tf.logicalNot(random([4]).less(0))],
  "cumsum": () => tf.cumsum(random([3, 4]), 1, true, true),
  "topk": () => Object.values(tf.topk(random([3, 7]), 2)),
  "clip": () => random([9]).clipByValue(-0.2, 0.3),
  "norm": () => tf.norm(random([3, 4])),
  "batchNorm": () => tf.batchNorm(random([4, 3]), random([3], 2), random([3], 3).add(2)),
  "fft": () => tf.real(tf.fft(tf.complex(random([8]), random([8], 2)))),
  "unique": () => Object.values(tf.unique(ids(1, 1, 2, 3, 2))),
  "bincount": () => tf.bincount(ids(1, 1, 2), tf.tensor1d([]), 4),
};

interface Read {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

function read(run: Case): Read[] {
  return tf.tidy(() => {
    const result = run();
    return (Array.isArray(result) ? result : [result]).map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: [...tensor.dataSync()],
    }));
  });
}

function assertSame(actual: Read[], expected: Read[], label: string): void {
  const outline = (reads: Read[]) => reads.map(({ shape, dtype }) => ({ shape, dtype }));
  assertEquals(outline(actual), outline(expected), label);
  expected.forEach(({ values }, i) =>
    values.forEach((value, j) => {
      const difference = Math.abs(value - actual[i]!.values[j]!);
      assert(
        difference <= 2e-6 * Math.max(1, Math.abs(value)),
        `${label}: output ${i}, element ${j}`,
      );
    })
  );
}

/** Makes a backend whose free memory holds NaN, so that elements which a kernel leaves unset show. */
async function startBackend(): Promise<CpuBackend> {
  const heap = createHeap({ maxBytes: 4 * MIB });
  new Float32Array(heap.buffer, MIB).fill(NaN);
  const backend = new CpuBackend({ heap });
  if (tf.findBackend(CPU_BACKEND) !== null) tf.removeBackend(CPU_BACKEND);
  tf.registerBackend(CPU_BACKEND, () => backend);
  await tf.setBackend(CPU_BACKEND);
  return backend;
}

await tf.setBackend("cpu");
const EXPECTED = new Map(Object.entries(CASES).map(([name, run]) => [name, read(run)]));

Deno.test("every op gives what tfjs's plain backend gives, and leaves nothing behind", async () => {
  const backend = await startBackend();
  tf.env().set("IS_TEST", true); // tfjs then counts the data that each kernel leaves behind
  try {
    const numTensors = tf.memory().numTensors;
    for (const [name, run] of Object.entries(CASES)) {
      assertSame(read(run), EXPECTED.get(name)!, name);
      assertEquals(tf.memory().numTensors, numTensors, `${name} leaks tensors`);
      assertEquals(backend.heap.stats.numBlocks, 0, `${name} leaks blocks`);
    }
  } finally {
    tf.env().set("IS_TEST", false);
  }
});

Deno.test("every op gives the same with tensors off the heap", async () => {
  const backend = await startBackend();
  const { buffer } = backend.heap;
  for (let bytes = MIB; bytes >= 64; bytes /= 2) {
    while (backend.heap.alloc(bytes, buffer.byteLength / 8) !== 0);
  }
  const { numBlocks } = backend.heap.stats;
  for (const [name, run] of Object.entries(CASES)) {
    assertSame(read(run), EXPECTED.get(name)!, name);
    assertEquals(backend.heap.stats.numBlocks, numBlocks, name);
  }
});

Deno.test("the backend has every kernel that tfjs's plain backend has", () => {
  const names = (backend: string) =>
    new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
  assertEquals(names("cpu").difference(names(CPU_BACKEND)), new Set());
  assert(names("cpu").size > 150);
});

Deno.test("matMul() broadcasts batches that both sides repeat", async () => {
  await startBackend();
  tf.tidy(() => {
    // Scalars as 1x1 matrices: [[1], [2]] times [[3, 4]] is the outer product [[3, 4], [6, 8]].
    const a = tf.tensor([1, 2], [2, 1, 1, 1]);
    const b = tf.tensor([3, 4], [1, 2, 1, 1]);
    assertEquals([...tf.matMul(a, b).dataSync()], [3, 4, 6, 8]);
    // [2, 1] against [2, 3]: 1 goes to 1, 2, 3 and 2 to 4, 5, 6.
    const c = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3, 1, 1]);
    assertEquals([...tf.matMul(a, c).dataSync()], [1, 2, 3, 8, 10, 12]);
  });
});

Deno.test("matMul() refuses inner axes that differ", async () => {
  await startBackend();
  assertThrows(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 2])));
  assertThrows(
    () =>
      tf.engine().runKernel(
        tf.BatchMatMul,
        { a: tf.zeros([2, 3]), b: tf.zeros([4, 2]) },
        { transposeA: false, transposeB: false },
      ),
    RangeError,
    "inner axes must agree: 3 and 4",
  );
});

Deno.test("replaceKernel() takes the place of a registered kernel without a warning", async () => {
  await startBackend();
  const before = tf.getKernel(tf.Square, CPU_BACKEND);
  const warn = console.warn;
  const warnings: unknown[] = [];
  console.warn = (...args: unknown[]) => warnings.push(args);
  try {
    replaceKernel(tf.Square, ({ backend, inputs }) => {
      const out = backend.allocate(inputs["x"]!.shape, "float32");
      backend.float32(out).fill(42);
      return out;
    });
    assertEquals(tf.tidy(() => [...tf.square([1, 2]).dataSync()]), [42, 42]);
  } finally {
    console.warn = warn;
    tf.unregisterKernel(tf.Square, CPU_BACKEND);
    tf.registerKernel(before);
  }
  assertEquals(warnings, []);
});
