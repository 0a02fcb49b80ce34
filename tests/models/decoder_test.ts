import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { createDecoderConfig, Decoder, LoraAdapter } from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { tinyAdapter, tinyConfig, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";
import { handDecoder, handLogProbs } from "./hand_decoder.ts";

await startTestDevice();

const NO_PADDING = Int32Array.of(0);

async function plainWeights(decoder: Decoder): Promise<Map<string, Float32Array>> {
  const entries = [...decoder.weights].map(async ([name, weight]) =>
    [name, Float32Array.from(await weight.data())] as const
  );
  return new Map(await Promise.all(entries));
}

Deno.test("Decoder.forward() equals plain loops for a one-layer model of tiny numbers", async () => {
  const config = createDecoderConfig({
    vocabSize: 3,
    hiddenSize: 2,
    intermediateSize: 1,
    numHiddenLayers: 1,
    numAttentionHeads: 1,
    eosTokenId: 2,
  });
  const shapes: [string, number[], number[]][] = [
    ["model.embed_tokens.weight", [3, 2], [1, 0, 0, 1, 1, -1]],
    ["model.layers.0.input_layernorm.weight", [2], [1, 0.5]],
    ["model.layers.0.self_attn.q_proj.weight", [2, 2], [1, 0, 0, 1]],
    ["model.layers.0.self_attn.k_proj.weight", [2, 2], [0, 1, 1, 0]],
    ["model.layers.0.self_attn.v_proj.weight", [2, 2], [2, 0, 0, -1]],
    ["model.layers.0.self_attn.o_proj.weight", [2, 2], [0.5, 0, 0, 0.5]],
    ["model.layers.0.post_attention_layernorm.weight", [2], [1, 1]],
    ["model.layers.0.mlp.gate_proj.weight", [1, 2], [1, 1]],
    ["model.layers.0.mlp.up_proj.weight", [1, 2], [1, -1]],
    ["model.layers.0.mlp.down_proj.weight", [2, 1], [0.25, -0.25]],
    ["model.norm.weight", [2], [1, 2]],
    ["lm_head.weight", [3, 2], [1, 0, 0, 1, 1, 1]],
  ];
  const decoder = Decoder.fromValues(
    config,
    new Map(shapes.map(([name, shape, values]) => [name, {
      shape,
      values: Float32Array.from(values),
    }])),
  );
  const hidden = await take(decoder.forward(Int32Array.of(0), { numRows: 1, starts: NO_PADDING }));
  // Embedding [1, 0]. Norm: 1/√(1/2) = √2, times [1, .5] → [√2, 0]. One token sees itself alone:
  // value [2√2, 0], o_proj halves it: x = [1 + √2, 0] = [2.41421, 0]. Norm: [√2, 0]. gate = up = √2,
  // silu(√2)·√2 = 2/(1 + e^-√2) = 1.608874; x = [2.41421 + .402218, -.402218] = [2.816432, -.402218].
  // Mean square (7.932289 + .161780)/2 = 4.047034, root 2.011724 → [1.400009, -.199937·2].
  assertClose(hidden, [1.400009, -0.399875], 2e-5);

  const both = Int32Array.of(0, 1, 2, 0);
  const states = await take(decoder.forward(both, { numRows: 1, starts: NO_PADDING }));
  assertClose(states, handDecoder([...both], await plainWeights(decoder), config).flat());
  decoder.dispose();
});

Deno.test("Decoder.forward() equals plain loops with grouped queries and several layers", async () => {
  for (const tieWordEmbeddings of [false, true]) {
    const decoder = tinyDecoder({ tieWordEmbeddings });
    const weights = await plainWeights(decoder);
    assertEquals(weights.has("lm_head.weight"), !tieWordEmbeddings);
    const ids = [3, 1, 4, 1, 5, 9];
    const states = decoder.forward(Int32Array.from(ids), { numRows: 1, starts: NO_PADDING });
    const hand = handDecoder(ids, weights, decoder.config);
    assertClose(await states.data(), hand.flat());

    const targets = [1, 4, 1, 5, 9, 2];
    const { logProbs, entropy } = tf.tidy(() =>
      tokenLogProbs(states, decoder.head(), tf.tensor1d(targets, "int32")) as unknown as Record<
        "logProbs" | "entropy",
        tf.Tensor
      >
    );
    const head = weights.get(tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight")!;
    const expected = hand.map((hidden, t) => handLogProbs(hidden, head)[targets[t]!]!);
    assertClose(await take(logProbs!), expected);
    tf.dispose([entropy!, states]);
    decoder.dispose();
  }
});

Deno.test("Decoder.forward() gives padded rows the states of unpadded ones", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const rows = [[5, 6, 7, 8, 9], [3, 2], [10]];
  const length = 7; // more padding than the longest row needs, too
  const ids = new Int32Array(rows.length * length); // pad token 0
  const starts = Int32Array.from(rows, (row) => length - row.length);
  rows.forEach((row, r) => ids.set(row, r * length + starts[r]!));
  const padded = await take(decoder.forward(ids, { numRows: 3, starts, adapter }));
  const width = decoder.config.hiddenSize;
  for (const [r, row] of rows.entries()) {
    const alone = await take(
      decoder.forward(Int32Array.from(row), { numRows: 1, starts: NO_PADDING, adapter }),
    );
    const begin = (r * length + starts[r]!) * width;
    assertClose(padded.subarray(begin, begin + row.length * width), alone);
  }
  tf.dispose([...adapter.weights.values()]);
  decoder.dispose();
});

Deno.test("Decoder.forward() sees the past only", async () => {
  const decoder = tinyDecoder();
  const run = (ids: number[]) =>
    take(decoder.forward(Int32Array.from(ids), { numRows: 1, starts: NO_PADDING }));
  const [a, b] = [await run([3, 4, 5, 6]), await run([3, 4, 5, 9])];
  assertClose(a.subarray(0, 24), b.subarray(0, 24), 1e-6);
  assertNotEquals(a.subarray(24), b.subarray(24));
  decoder.dispose();
});

Deno.test("Decoder.forward() with `at` gives the wanted states, in the wanted order", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const ids = Int32Array.of(0, 3, 4, 5, 6, 7, 8, 9);
  const options = { numRows: 2, starts: Int32Array.of(1, 0), adapter };
  const all = await take(decoder.forward(ids, options));
  const width = decoder.config.hiddenSize;
  for (
    const at of [[3, 7], [7, 3], [2, 3, 6, 7], [3, 6], [5, 5, 1], [0, 1, 2, 3, 4, 5, 6, 7], []]
  ) {
    const states = decoder.forward(ids, { ...options, at: Int32Array.from(at) });
    assertEquals(states.shape, [at.length, width]);
    assertClose(
      await take(states),
      at.flatMap((index) => [...all.subarray(index * width, (index + 1) * width)]),
    );
  }
  assertThrows(
    () => decoder.forward(ids, { ...options, at: Int32Array.of(8) }),
    RangeError,
    "at must hold indices from 0 to 7: got 8",
  );
  adapter.dispose();
  decoder.dispose();
});

Deno.test("Decoder.forward() without an adapter, or with a fresh one, is the base model", async () => {
  const decoder = tinyDecoder();
  const ids = Int32Array.of(3, 4, 5, 6);
  const run = (adapter?: LoraAdapter) =>
    take(decoder.forward(ids, { numRows: 1, starts: NO_PADDING, ...(adapter ? { adapter } : {}) }));
  const base = await run();
  const fresh = LoraAdapter.initialize(decoder.config, {
    name: "fresh",
    r: 2,
    alpha: 4,
    random: Random.fromSeed(3),
  });
  const [first, second] = [tinyAdapter(decoder.config, "a"), tinyAdapter(decoder.config, "b")];
  assertClose(await run(fresh), base, 1e-6);
  const withFirst = await run(first);
  assert(Math.abs(withFirst[0]! - base[0]!) > 1e-3, "the adapter changes nothing");
  assert(Math.abs(withFirst[0]! - (await run(second))[0]!) > 1e-3, "two adapters do the same");
  assertClose(await run(), base, 0); // nothing of an adapter is left behind
  for (const part of [fresh, first, second, decoder]) part.dispose();
});

Deno.test("Decoder.forward() leaks no tensors", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  await assertNoLeak(() => {
    const options = { numRows: 2, starts: Int32Array.of(1, 0), adapter };
    decoder.forward(Int32Array.of(0, 3, 4, 5), options).dispose();
    decoder.forward(Int32Array.of(0, 3, 4, 5), { ...options, at: Int32Array.of(3) }).dispose();
  });
  adapter.dispose();
  decoder.dispose();
});

Deno.test("Decoder.dispose() frees all weights", () => {
  const before = tf.memory().numTensors;
  const decoder = tinyDecoder();
  assertEquals(tf.memory().numTensors, before + decoder.weights.size);
  decoder.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("Decoder.initialize() depends on seed and name of the weight alone", async () => {
  const [two, three] = [tinyDecoder(), tinyDecoder({ numHiddenLayers: 3 })];
  for (const [name, weight] of two.weights) {
    assertEquals(await weight.data(), await three.weights.get(name)!.data(), name);
  }
  const values = [...await two.weights.get("model.layers.0.mlp.gate_proj.weight")!.data()];
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value) / values.length);
  assert(Math.abs(deviation - 0.4) < 0.1, `standard deviation ${deviation}`); // 96 draws: ±0.03
  assertEquals([...await two.weights.get("model.norm.weight")!.data()], Array(8).fill(1));
  two.dispose();
  three.dispose();
});

Deno.test("Decoder.fromValues() names what is missing or misshaped", () => {
  assertThrows(
    () => Decoder.fromValues(tinyConfig(), new Map()),
    RangeError,
    "model.embed_tokens.weight must have shape [11, 8]: missing",
  );
  const wrong = new Map([["model.embed_tokens.weight", {
    shape: [8, 11],
    values: new Float32Array(88),
  }]]);
  assertThrows(() => Decoder.fromValues(tinyConfig(), wrong), RangeError, "got [8, 11]");
});

Deno.test("Decoder.forward() takes ids from the device", async () => {
  const decoder = tinyDecoder();
  const ids = Int32Array.of(3, 4, 0, 9);
  const batch = { numRows: 2, starts: Int32Array.of(0, 1) };
  await assertNoLeak(async () => {
    const onDevice = tf.tensor1d(ids, "int32");
    const states = await take(decoder.forward(onDevice, batch));
    assertEquals([...states], [...await take(decoder.forward(ids, batch))]);
    assertEquals([...await onDevice.data()], [...ids]); // still the caller's
    onDevice.dispose();
  });
  const short = tf.tensor1d([3], "int32");
  assertThrows(() => decoder.forward(short, batch), RangeError, "got 1 ids for 2 rows");
  short.dispose();
  decoder.dispose();
});

Deno.test("Decoder.forward() refuses batches that do not fit together", () => {
  const decoder = tinyDecoder({ maxPositionEmbeddings: 4 });
  const run = (ids: number[], starts: number[], numRows = starts.length) => () =>
    decoder.forward(Int32Array.from(ids), { numRows, starts: Int32Array.from(starts) });
  assertThrows(run([1, 2, 3], [0, 0]), RangeError, "got 3 ids for 2 rows");
  assertThrows(run([], []), RangeError, "got 0 ids for 0 rows");
  assertThrows(run([1, 2], [0], 2), RangeError, "starts must have one entry per row: got 1");
  assertThrows(run([1, 2], [0, 2]), RangeError, "starts must lie from 0 to 1: got 2 in row 1");
  assertThrows(run([1, 11], [0]), RangeError, "token ids must lie from 0 to 10: got 11 at index 1");
  assertThrows(run([1, 2, 3, 4, 5], [0]), RangeError, "row 0 has 5 tokens, shorten it");
  run([1, 2, 3, 4, 5], [1])().dispose(); // four tokens and one pad fit
  decoder.dispose();
});

Deno.test("a decoder reads as far back as the windows of its layers reach, and no further", async () => {
  const [full, sliding] = ["full_attention", "sliding_attention"] as const;
  const IDS = [3, 4, 5, 6, 7, 8, 9, 10];
  for (
    const [options, numHiddenLayers, reach] of [
      [{ slidingWindow: 3 }, 1, 2],
      [{ slidingWindow: 3 }, 2, 4], // two layers, two tokens back each
      [{ slidingWindow: 1 }, 2, 0],
      [{ slidingWindow: 3, layerTypes: [sliding, full] }, 2, 7],
    ] as const
  ) {
    const decoder = tinyDecoder({ ...options, numHiddenLayers });
    for (const start of [0, 2]) { // pad tokens, which shift the others
      const lastState = (ids: readonly number[]) =>
        take(decoder.forward(Int32Array.from([...new Array(start).fill(0), ...ids]), {
          numRows: 1,
          starts: Int32Array.of(start),
          at: Int32Array.of(start + ids.length - 1),
        }));
      const before = await lastState(IDS);
      for (const [position, id] of IDS.entries()) {
        const after = await lastState(IDS.with(position, id === 2 ? 1 : id - 1));
        const differs = after.some((value, i) => Math.abs(value - before[i]!) > 1e-6);
        assertEquals(
          differs,
          IDS.length - 1 - position <= reach,
          `${JSON.stringify(options)} ${position}`,
        );
      }
    }
    decoder.dispose();
  }
});
