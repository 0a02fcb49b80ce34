import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { CpuBackend } from "../../lib/device/cpu_backend.ts";
import {
  type Decoder,
  type DecoderConfig,
  type ForwardOptions,
  KvCache,
} from "../../lib/models/mod.ts";
import { adamW, decoderPassPays } from "../../lib/ops/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();
const backend = tf.backend();
const ignore = !(backend instanceof CpuBackend);
if (ignore) console.warn("SKIPPED: passes in one kernel, which only the processor has");

const hasBfloat16 = backend instanceof CpuBackend && backend.products.hasBfloat16 === true;
if (!hasBfloat16) {
  console.warn(
    "SKIPPED: passes in bfloat16, as oneDNN is not here, or refuses them on this processor",
  );
}

/** Long enough that attention takes more than one tile of queries, and a chunk one row only. */
const LONG = 130;

/** Fewest rows that are taken in one pass. */
const FEWEST = backend instanceof CpuBackend ? backend.pool.numThreads : 1;

/** Sizes of a decoder and of the pass: B, T, and how many positions the cache holds before it. */
const CASES: readonly {
  readonly name: string;
  readonly config: Partial<DecoderConfig>;
  readonly sizes: readonly [numRows: number, numTokens: number, past: number];
}[] = [
  { name: "one token", config: {}, sizes: [FEWEST + 5, 1, 9] },
  { name: "one token of one row", config: {}, sizes: [1, 1, 4] },
  { name: "several tokens behind others", config: {}, sizes: [FEWEST + 3, 4, 6] },
  {
    name: "scaled rotary frequencies",
    config: { ropeScaling: { ropeType: "linear", factor: 3 } },
    sizes: [FEWEST + 3, 4, 6],
  },
  {
    name: "LongRoPE",
    config: {
      ropeScaling: {
        ropeType: "longrope",
        ...{ shortFactor: [1.5], longFactor: [4], attentionFactor: 1.2 },
        originalMaxPositionEmbeddings: 16,
      },
    },
    sizes: [FEWEST + 3, 4, 6],
  },
  { name: "a window", config: { slidingWindow: 4 }, sizes: [FEWEST + 3, 4, 6] },
  { name: "a window, one token", config: { slidingWindow: 4 }, sizes: [FEWEST + 5, 1, 9] },
  {
    name: "a window of one layer, rows longer than a chunk",
    config: {
      ...{ maxPositionEmbeddings: 200, slidingWindow: 37 },
      layerTypes: ["full_attention", "sliding_attention"],
    },
    sizes: [FEWEST + 1, LONG, 11],
  },
  { name: "odd widths, one layer", config: oddWidths(), sizes: [FEWEST + 2, 5, 0] },
  {
    name: "rows longer than a chunk",
    config: { maxPositionEmbeddings: 200 },
    sizes: [FEWEST + 1, LONG, 0],
  },
  { name: "more rows than a chunk", config: {}, sizes: [99 * FEWEST + 2, 2, 3] },
];

function oddWidths(): Partial<DecoderConfig> {
  const heads = { numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 6 };
  return { hiddenSize: 10, intermediateSize: 13, numHiddenLayers: 1, ...heads };
}

type Batch = Omit<ForwardOptions, "cache">;

/** States of a batch, and the keys and values that are left in the cache. */
interface Outcome {
  readonly states: Float32Array;
  readonly cached: Float32Array[];
}

/** Runs a batch behind `past` tokens, in one pass or, as if it were to be differentiated, by layers. */
async function run(
  decoder: Decoder,
  batch: Batch,
  { numTokens, past, byLayers: isByLayers }: { numTokens: number; past: number; byLayers: boolean },
): Promise<Outcome> {
  const { numRows } = batch;
  const ids = (count: number, salt: number) =>
    Int32Array.from({ length: numRows * count }, (_, i) => 2 + (7 * i + salt) % 9);
  const cache = new KvCache(decoder.config, { numRows, capacity: past + numTokens + 2 });
  const forward = () => {
    const { at: _at, ...plain } = batch;
    if (past > 0) decoder.forward(ids(past, 1), { ...plain, cache });
    return decoder.forward(ids(numTokens, 4), { ...batch, cache });
  };
  const states = isByLayers ? byLayers(forward) : tf.tidy(() => forward());
  const length = past + numTokens;
  const cached = cache.layers.flatMap(({ keys, values }) =>
    [keys, values].map((part) => part.slice([0, 0, 0], [numRows, length, part.shape[2]]))
  );
  const outcome = { states: await take(states), cached: await Promise.all(cached.map(take)) };
  cache.dispose();
  return outcome;
}

function assertSame(actual: Outcome, expected: Outcome, tolerance: number): void {
  assertClose(actual.states, expected.states, tolerance);
  assertEquals(actual.cached.length, expected.cached.length);
  actual.cached.forEach((part, i) => assertClose(part, expected.cached[i]!, tolerance));
}

for (const { name, config, sizes: [numRows, numTokens, past] } of CASES) {
  Deno.test({ name: `a pass in one kernel equals one by layers: ${name}`, ignore }, async () => {
    const decoder = tinyDecoder(config);
    const adapter = tinyAdapter(decoder.config);
    const starts = Int32Array.from({ length: numRows }, (_, row) => row % Math.min(3, numTokens));
    const last = (row: number) => (row + 1) * numTokens - 1;
    const choices = {
      all: undefined,
      "the last of each row": Int32Array.from({ length: numRows }, (_, row) => last(row)),
      "some of some rows": Int32Array.of(last(numRows - 1), Math.max(0, last(0) - 1)),
    };
    for (const at of Object.values(choices)) {
      for (const lora of [undefined, adapter]) {
        const batch = { numRows, starts, ...at && { at }, ...lora && { adapter: lora } };
        const sizes = { numTokens, past };
        const whole = await run(decoder, batch, { ...sizes, byLayers: false });
        assertSame(whole, await run(decoder, batch, { ...sizes, byLayers: true }), 2e-5);
        if (!(backend instanceof CpuBackend) || !hasBfloat16) continue;
        backend.productDtype = "bfloat16";
        try {
          const rounded = await run(decoder, batch, { ...sizes, byLayers: false });
          assertSame(rounded, await run(decoder, batch, { ...sizes, byLayers: true }), 3e-2);
          const differs = rounded.states.some((x, i) => Math.abs(x - whole.states[i]!) > 1e-4);
          assert(differs, "the products were not in bfloat16");
        } finally {
          backend.productDtype = "float32";
        }
      }
    }
    adapter.dispose();
    decoder.dispose();
  });
}

/** The same by layers, as if it were to be differentiated. */
function byLayers(forward: () => tf.Tensor): tf.Tensor {
  const x = tf.scalar(0);
  let states: tf.Tensor | undefined;
  tf.grad((zero) => {
    states = tf.keep(forward());
    return zero.square();
  })(x).dispose();
  x.dispose();
  return states!;
}

Deno.test(
  { name: "a pass in one kernel equals one by layers: tokens at slots", ignore },
  async () => {
    // More tokens of a row than attention works off together, and a cut between threads amid a row.
    const counts = [1, 11, 2, 0, 9, 1];
    const slots = counts.flatMap((count, row) =>
      Array.from({ length: count }, (_, i) => [row, 5 + i])
    );
    const numRows = slots.length;
    const wide = { hiddenSize: 32, numAttentionHeads: 2, numKeyValueHeads: 1 };
    for (const config of [{}, wide, { slidingWindow: 3 }, { ...wide, slidingWindow: 3 }]) {
      const decoder = tinyDecoder(config);
      const outcomes = await Promise.all([false, true].map(async (isByLayers) => {
        const cache = new KvCache(decoder.config, { numRows: counts.length, capacity: 16 });
        const ids = (count: number) =>
          Int32Array.from({ length: count }, (_, i) => 2 + (7 * i) % 9);
        const starts = Int32Array.from(counts, (_, row) => row);
        const before = { numRows: counts.length, starts, cache };
        decoder.forward(ids(5 * counts.length), before).dispose();
        const forward = () =>
          decoder.forward(ids(numRows), {
            numRows,
            cache,
            slots: Int32Array.from(slots.flat()),
            starts: Int32Array.from(slots, ([row]) => starts[row!]!),
          });
        const states = await take(isByLayers ? byLayers(forward) : forward());
        const cached = cache.layers.flatMap(({ keys, values }) => [keys, values]);
        const written = await Promise.all(cached.map((part) => part.data()));
        const width = cached[0]!.shape[2];
        const kept = written.flatMap((part) =>
          slots.map(([row, position]) =>
            Float32Array.from(part.slice((row! * 16 + position!) * width).slice(0, width))
          )
        );
        cache.dispose();
        return { states, cached: kept };
      }));
      assertSame(outcomes[0]!, outcomes[1]!, 2e-5);
      decoder.dispose();
    }
  },
);

Deno.test({
  name: "a pass in one kernel reads weights as they are after an update in place",
  ignore,
}, async () => {
  const decoder = tinyDecoder();
  const numRows = FEWEST;
  const batch = { numRows, starts: new Int32Array(numRows) };
  const sizes = { numTokens: 3, past: 2 };
  const before = await run(decoder, batch, { ...sizes, byLayers: false });
  for (const weight of decoder.weights.values()) {
    const [grad, m, v] = [tf.ones(weight.shape), tf.zeros(weight.shape), tf.zeros(weight.shape)];
    const moments = { m: tf.variable(m), v: tf.variable(v) };
    adamW([{ param: weight, grad, ...moments, weightDecay: 0 }], {
      lr: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      eps: 1e-8,
      step: 1,
    });
    tf.dispose([grad, m, v, moments.m, moments.v]);
  }
  const after = await run(decoder, batch, { ...sizes, byLayers: false });
  assert(after.states.some((x, i) => Math.abs(x - before.states[i]!) > 0.01));
  assertSame(after, await run(decoder, batch, { ...sizes, byLayers: true }), 2e-5);
  decoder.dispose();
});

Deno.test({ name: "a pass in one kernel leaks nothing", ignore }, async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const numRows = FEWEST + 4;
  const batch = { numRows, starts: Int32Array.from({ length: numRows }, (_, i) => i % 3), adapter };
  const once = () => run(decoder, batch, { numTokens: 3, past: 4, byLayers: false });
  await once(); // the table of the rotary embedding stays
  const blocks = numHeapBlocks();
  await assertNoLeak(once);
  assertEquals(numHeapBlocks(), blocks);
  adapter.dispose();
  decoder.dispose();
});

Deno.test(
  { name: "decoderPassPays() for small weights, a row per thread and no gradient", ignore },
  () => {
    assert(decoderPassPays(FEWEST, 7, 1e6));
    assert(decoderPassPays(1, 1, 1e6));
    assert(!decoderPassPays(FEWEST - 1, 7, 1e6));
    assert(!decoderPassPays(FEWEST, 7, 1e9));
    const x = tf.scalar(1);
    tf.grad((one) => {
      assert(!decoderPassPays(FEWEST, 7, 1e6));
      return one.square();
    })(x).dispose();
    x.dispose();
  },
);
