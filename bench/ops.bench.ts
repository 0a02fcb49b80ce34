/**
 * Every op at the quickstart's size, forward and forward + backward, and one whole training step.
 *
 *     deno bench -A --no-check bench/ops.bench.ts
 *
 * MAPORL_BLAS=wasm measures without a native library.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../lib/core/random.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { Decoder } from "../lib/models/mod.ts";
import * as ops from "../lib/ops/mod.ts";
import { AdamW, valueAndGrads } from "../lib/optim/mod.ts";

const [B, T, D, H, F, V, R] = [64, 220, 128, 4, 352, 200, 16];
const C = D / H;
const N = B * T;
const NUM_LAYERS = 4;

console.log(formatDeviceReport(await startDevice("cpu")));
console.log(`B=${B} T=${T} D=${D} H=${H} F=${F} V=${V} R=${R}, ${NUM_LAYERS} layers`);

const random = Random.fromSeed(0);

function normals(...shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.normal()), shape);
}

const matrix = (...shape: [number, number]): tf.Tensor2D => normals(...shape) as tf.Tensor2D;
const integers = (size: number, at: (i: number) => number): tf.Tensor1D =>
  tf.tensor1d(Int32Array.from({ length: size }, (_, i) => at(i)), "int32");

const positions = integers(N, (i) => i % T);
const ids = integers(N, (i) => (i * 7919) % V);
const starts = integers(B, () => 0);
const heads = { numHeads: H, numKvHeads: H, starts };
const scale = 2;

interface Case {
  readonly name: string;
  readonly inputs: readonly tf.Tensor[];
  readonly run: (inputs: readonly tf.Tensor[]) => tf.Tensor;
}

const CASES: readonly Case[] = [
  {
    name: "linear D -> F",
    inputs: [matrix(N, D), matrix(F, D)],
    run: ([x, w]) => ops.linear(x as tf.Tensor2D, w as tf.Tensor2D),
  },
  {
    name: "loraLinear D -> F",
    inputs: [matrix(N, D), matrix(F, D), matrix(R, D), matrix(F, R)],
    run: ([x, w, a, b]) =>
      ops.loraLinear(x as tf.Tensor2D, w as tf.Tensor2D, {
        ...{ a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale },
      }),
  },
  {
    name: "rmsNorm",
    inputs: [matrix(N, D), normals(D)],
    run: ([x, w]) => ops.rmsNorm(x as tf.Tensor2D, w as tf.Tensor1D, 1e-5),
  },
  {
    name: "rotaryEmbedding",
    inputs: [matrix(N, D)],
    run: ([x]) => ops.rotaryEmbedding(x as tf.Tensor2D, positions, { headDim: C, theta: 10000 }),
  },
  {
    name: "causalAttention",
    inputs: [normals(B, T, D), normals(B, T, D), normals(B, T, D)],
    run: ([q, k, v]) =>
      ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, heads),
  },
  {
    name: "causalAttention of 1 query, cache of T",
    inputs: [normals(B, 1, D), normals(B, T, D), normals(B, T, D)],
    run: ([q, k, v]) =>
      ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, heads),
  },
  {
    name: "swiGlu",
    inputs: [matrix(N, F), matrix(N, F)],
    run: ([gate, up]) => ops.swiGlu(gate as tf.Tensor2D, up as tf.Tensor2D),
  },
  {
    name: "embedding",
    inputs: [matrix(V, D)],
    run: ([table]) => ops.embedding(table as tf.Tensor2D, ids),
  },
  {
    name: "tokenLogProbs",
    inputs: [matrix(N, D), matrix(V, D)],
    run: ([x, w]) => ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, ids).logProbs,
  },
  {
    name: "add",
    inputs: [matrix(N, D), matrix(N, D)],
    run: ([a, b]) => tf.add(a!, b!),
  },
];

/** Waits for a device that computes later than it is asked. */
async function finish(results: tf.Tensor[]): Promise<void> {
  await results.at(-1)!.data();
  tf.dispose(results);
}

for (const { name, inputs, run } of CASES) {
  Deno.bench({
    name: `${name}: forward`,
    group: name,
    fn: async () => await finish(tf.tidy(() => [run(inputs), tf.scalar(0)])),
  });
  let dy: tf.Tensor | undefined;
  Deno.bench({
    name: `${name}: forward + backward`,
    group: name,
    fn: async () => {
      dy ??= tf.tidy(() => tf.onesLike(run(inputs)));
      const weights = dy;
      const grads = tf.tidy(() => tf.grads((...xs) => run(xs))([...inputs], weights));
      await finish([...grads, tf.scalar(0)]);
    },
  });
}

const decoder = Decoder.initialize({
  ...{ vocabSize: V, hiddenSize: D, intermediateSize: F, numHiddenLayers: NUM_LAYERS },
  ...{ numAttentionHeads: H, numKeyValueHeads: H, headDim: C, rmsNormEps: 1e-5 },
  ...{ ropeTheta: 10000, maxPositionEmbeddings: T, tieWordEmbeddings: true },
  ...{ initializerRange: 0.02, eosTokenId: 1, padTokenId: 0 },
}, random);
const optimizer = new AdamW(decoder.weights, { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0.1 });

for (const numTokens of [96, T]) {
  const tokens = Int32Array.from({ length: B * numTokens }, (_, i) => (i * 7919) % V);
  const loss = (): tf.Scalar => {
    const hidden = decoder.forward(tokens, { numRows: B, starts: new Int32Array(B) });
    const targets = tf.tensor1d(tokens.map((id) => (id + 1) % V), "int32");
    return ops.tokenLogProbs(hidden, decoder.head(), targets).logProbs.mean().neg() as tf.Scalar;
  };
  const group = `decoder of ${NUM_LAYERS} layers, ${B} x ${numTokens} tokens`;
  Deno.bench({
    name: `${group}: forward`,
    group,
    fn: async () => await finish(tf.tidy(() => [loss()])),
  });
  Deno.bench({
    name: `${group}: training step (AdamW, all weights)`,
    group,
    fn: async () => {
      const { value, grads } = valueAndGrads(loss, decoder.weights);
      optimizer.step(grads, 1e-4);
      await finish([...grads.values(), value]);
    },
  });
}
