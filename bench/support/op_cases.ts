/**
 * Every operation of the decoder at a size, with its work.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/mod.ts";
import * as ops from "../../lib/ops/mod.ts";

/** Sizes of a batch: the axes of CONTRIBUTING's legend, R the rank of LoRA. */
export interface OpSizes {
  /** Shown in tables. */
  readonly name: string;
  /** Rows. */
  readonly B: number;
  /** Tokens of a row. */
  readonly T: number;
  /** Width. */
  readonly D: number;
  /** Heads. */
  readonly H: number;
  /** MLP width. */
  readonly F: number;
  /** Vocabulary. */
  readonly V: number;
  /** Rank. */
  readonly R: number;
}

/** One operation with inputs. */
export interface OpCase {
  /** Name of the operation. */
  readonly name: string;
  /** Makes the inputs on the current device; they are differentiated by. */
  readonly inputs: () => tf.Tensor[];
  /** The operation. */
  readonly run: (inputs: readonly tf.Tensor[]) => tf.Tensor;
  /** What counts as work: operations of products, or bytes that must be read and written. */
  readonly unit: "FLOP" | "B";
  /** Work forward. */
  readonly forward: number;
  /** Work forward and backward, where there is a gradient. */
  readonly both?: number;
}

const FLOAT = 4;
const random = Random.fromSeed(0);

function normals(...shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal()), shape);
}

const integers = (size: number, at: (i: number) => number): tf.Tensor1D =>
  tf.tensor1d(Int32Array.from({ length: size }, (_, i) => at(i)), "int32");

/**
 * The operations at a size.
 *
 * @param sizes The batch.
 * @returns One case per operation.
 */
export function opCases({ B, T, D, H, F, V, R }: OpSizes): OpCase[] {
  const N = B * T, C = D / H;
  const constants = (make: () => tf.Tensor1D) => {
    let made: tf.Tensor1D | undefined;
    return () => made ??= tf.keep(make());
  };
  const positions = constants(() => integers(N, (i) => i % T));
  const ids = constants(() => integers(N, (i) => (i * 7919) % V));
  const starts = constants(() => integers(B, () => 0));
  const lastSlots = constants(() => integers(2 * B, (i) => i % 2 === 0 ? i / 2 : T - 1));
  const heads = () => ({ numHeads: H, numKvHeads: H, starts: starts() });
  /** A product is one forward and two backward. */
  const product = (m: number, k: number, n: number) => {
    return { unit: "FLOP" as const, forward: 2 * m * k * n, both: 6 * m * k * n };
  };
  /** Backward reads the inputs and dy again and writes one gradient per input. */
  const bytes = (inputs: number, output: number) => ({
    unit: "B" as const,
    forward: FLOAT * (inputs + output),
    both: FLOAT * (3 * inputs + 2 * output),
  });
  // Two products over half of the square; backward has five.
  const attention = { unit: "FLOP" as const, ...attentionWork(B * H * C * T * T / 2) };
  return [
    {
      name: "linear D -> F",
      inputs: () => [normals(N, D), normals(F, D)],
      run: ([x, w]) => ops.linear(x as tf.Tensor2D, w as tf.Tensor2D),
      ...product(N, D, F),
    },
    {
      name: "loraLinear D -> F",
      inputs: () => [normals(N, D), normals(F, D), normals(R, D), normals(F, R)],
      run: ([x, w, a, b]) =>
        ops.loraLinear(x as tf.Tensor2D, w as tf.Tensor2D, {
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          scale: 2,
        }),
      ...product(N, D * F + R * (D + F), 1),
    },
    {
      name: "addBias",
      inputs: () => [normals(N, F), normals(F)],
      run: ([x, b]) => ops.addBias(x as tf.Tensor2D, b as tf.Tensor1D),
      ...bytes(N * F, N * F),
    },
    {
      name: "causalAttention",
      inputs: () => [normals(B, T, D), normals(B, T, D), normals(B, T, D)],
      run: ([q, k, v]) =>
        ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, heads()),
      ...attention,
    },
    {
      name: "causalAttention, window T / 4",
      inputs: () => [normals(B, T, D), normals(B, T, D), normals(B, T, D)],
      run: ([q, k, v]) =>
        ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
          ...heads(),
          window: Math.ceil(T / 4),
        }),
      unit: "FLOP",
      // All of the half square but that of the queries that the window has left behind.
      ...attentionWork(B * H * C * T * T / 2 * (1 - (3 / 4) ** 2)),
    },
    {
      name: "cachedAttention, 1 query on T keys",
      inputs: () => [normals(B, D), normals(B, T, D), normals(B, T, D)],
      run: ([q, k, v]) =>
        ops.cachedAttention(q as tf.Tensor2D, k as tf.Tensor3D, v as tf.Tensor3D, {
          ...heads(),
          slots: lastSlots().as2D(B, 2),
        }),
      unit: "B",
      forward: FLOAT * 2 * N * D,
    },
    {
      name: "tokenLogProbs",
      inputs: () => [normals(N, D), normals(V, D)],
      run: ([x, w]) => ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, ids()).logProbs,
      ...product(N, D, V),
    },
    {
      name: "softCap",
      inputs: () => [normals(N, D)],
      run: ([x]) => ops.softCap(x!, 30),
      ...bytes(N * D, N * D),
    },
    {
      name: "rmsNorm",
      inputs: () => [normals(N, D), normals(D)],
      run: ([x, w]) => ops.rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
      ...bytes(N * D, N * D),
    },
    {
      name: "rotaryEmbedding",
      inputs: () => [normals(N, D)],
      run: ([x]) =>
        ops.rotaryEmbedding(x as tf.Tensor2D, positions(), { headDim: C, theta: 10000 }),
      ...bytes(N * D, N * D),
    },
    {
      name: "geGlu",
      inputs: () => [normals(N, F), normals(N, F)],
      run: ([gate, up]) => ops.geGlu(gate as tf.Tensor2D, up as tf.Tensor2D),
      ...bytes(2 * N * F, N * F),
    },
    {
      name: "swiGlu",
      inputs: () => [normals(N, F), normals(N, F)],
      run: ([gate, up]) => ops.swiGlu(gate as tf.Tensor2D, up as tf.Tensor2D),
      ...bytes(2 * N * F, N * F),
    },
    {
      name: "embedding",
      inputs: () => [normals(V, D)],
      run: ([table]) => ops.embedding(table as tf.Tensor2D, ids()),
      unit: "B",
      forward: FLOAT * 2 * N * D,
      both: FLOAT * (3 * N * D + V * D),
    },
    {
      name: "add",
      inputs: () => [normals(N, D), normals(N, D)],
      run: ([a, b]) => tf.add(a!, b!),
      // Its gradients are dy itself.
      unit: "B",
      forward: FLOAT * 3 * N * D,
      both: FLOAT * 3 * N * D,
    },
  ];
}

function attentionWork(pairs: number): { forward: number; both: number } {
  return { forward: 2 * 2 * pairs, both: 7 * 2 * pairs };
}
