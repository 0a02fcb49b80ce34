import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CpuBackend } from "../../lib/device/cpu_backend.ts";
import { type Decoder, KvCache, type LoraAdapter } from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

/** Two rows, the second with pad tokens; the wanted states leave out the first positions. */
const numTokens = 12;
const IDS = Int32Array.from({ length: 2 * numTokens }, (_, i) => 2 + (5 * i) % 9);
const STARTS = Int32Array.of(0, 3);
const AT = Int32Array.of(4, 5, 6, 10, numTokens + 7, numTokens + 10);
const TARGETS = [4, 5, 6, 8, 9, 3];

function loss(
  decoder: Decoder,
  options: { gradientCheckpointing: boolean; adapter?: LoraAdapter },
): tf.Scalar {
  const states = decoder.forward(IDS, { numRows: 2, starts: STARTS, at: AT, ...options });
  const { logProbs } = tokenLogProbs(states, decoder.head(), tf.tensor1d(TARGETS, "int32"));
  return logProbs.mean().neg() as tf.Scalar;
}

/** Runs with a decoder and an adapter, trained each by itself and together. */
async function withModels(
  run: (models: {
    decoder: Decoder;
    adapter: LoraAdapter | undefined;
    params: ReadonlyMap<string, tf.Variable>;
  }) => Promise<void> | void,
): Promise<void> {
  const decoder = tinyDecoder({ numHiddenLayers: 3, tieWordEmbeddings: true, slidingWindow: 5 });
  const adapter = tinyAdapter(decoder.config);
  const both = new Map([...decoder.weights, ...adapter.weights]);
  await run({ decoder, adapter, params: adapter.weights });
  await run({ decoder, adapter: undefined, params: decoder.weights });
  await run({ decoder, adapter, params: both });
  adapter.dispose();
  decoder.dispose();
}

Deno.test("gradientCheckpointing changes no bit of value and gradients, of adapter and weights", () =>
  withModels(async ({ decoder, adapter, params }) => {
    const [plain, again] = [false, true].map((gradientCheckpointing) =>
      valueAndGrads(
        () => loss(decoder, { gradientCheckpointing, ...(adapter ? { adapter } : {}) }),
        params,
      )
    );
    assertEquals(await again!.value.data(), await plain!.value.data());
    assertEquals([...again!.grads.keys()], [...plain!.grads.keys()]);
    for (const [name, grad] of plain!.grads) {
      const expected = await grad.data();
      assert(expected.some((x) => x !== 0), name);
      assertEquals(await again!.grads.get(name)!.data(), expected, name);
    }
    for (const { value, grads } of [plain!, again!]) tf.dispose([value, ...grads.values()]);
  }));

Deno.test("gradientCheckpointing works in tfjs's own backward pass too", () =>
  withModels(async ({ decoder, adapter, params }) => {
    const variables = [...params.values()];
    const [plain, again] = [false, true].map((gradientCheckpointing) =>
      tf.variableGrads(
        () => loss(decoder, { gradientCheckpointing, ...(adapter ? { adapter } : {}) }),
        variables,
      )
    );
    for (const [name, grad] of Object.entries(plain!.grads)) {
      // Gradients of up to 8, rounded in another order: a layer that is computed again runs our pass.
      assertClose(await again!.grads[name]!.data(), await grad.data(), 2e-5);
    }
    for (const { value, grads } of [plain!, again!]) tf.dispose([value, grads]);
  }));

Deno.test("gradientCheckpointing leaves nothing behind, without a backward pass as well", () =>
  withModels(async ({ decoder, adapter, params }) => {
    const options = { gradientCheckpointing: true, ...(adapter ? { adapter } : {}) };
    const train = () => {
      const { value, grads } = valueAndGrads(() => loss(decoder, options), params);
      tf.dispose([value, ...grads.values()]);
    };
    await assertNoLeak(train);
    await assertNoLeak(() => tf.dispose(tf.tidy(() => loss(decoder, options))));
    const blocks = numHeapBlocks();
    train();
    assertEquals(numHeapBlocks(), blocks);
  }));

Deno.test("gradientCheckpointing keeps of each layer its input alone", async (test) => {
  const backend = tf.backend();
  if (!(backend instanceof CpuBackend)) {
    console.warn("SKIPPED: only the CPU backend says how much memory it has in use");
    return;
  }
  const { heap } = backend;
  const [numRows, length, width] = [4, 32, 64];
  const peakOf = (numHiddenLayers: number, gradientCheckpointing: boolean): number => {
    const decoder = tinyDecoder({
      numHiddenLayers,
      hiddenSize: width,
      headDim: 16,
      intermediateSize: 160,
    });
    const adapter = tinyAdapter(decoder.config);
    const before = heap.stats.liveBytes;
    heap.resetPeak();
    const { value, grads } = valueAndGrads(() => {
      const states = decoder.forward(new Int32Array(numRows * length).fill(3), {
        numRows,
        starts: new Int32Array(numRows),
        adapter,
        gradientCheckpointing,
      });
      return states.square().sum() as tf.Scalar;
    }, adapter.weights);
    const peak = heap.stats.peakBytes - before;
    tf.dispose([value, ...grads.values()]);
    adapter.dispose();
    decoder.dispose();
    return peak;
  };
  peakOf(1, true); // the table of the rotary embedding stays from the first use on
  await test.step("each further layer costs its input and its gradients", () => {
    const [few, many] = [peakOf(4, true), peakOf(8, true)];
    const input = numRows * length * width * 4;
    // The adapter's gradients: rank 2 times the inputs and outputs of the seven projections.
    const grads = 4 * 2 * (4 * (64 + 64) - 2 * 32 + 3 * (64 + 160));
    const perLayer = (many - few) / 4;
    assert(perLayer >= input && perLayer <= input + grads + 64 * 14, `${perLayer} bytes a layer`);
  });
  await test.step("and a layer that is kept costs several times that", () => {
    const kept = (peakOf(8, false) - peakOf(4, false)) / 4;
    const again = (peakOf(8, true) - peakOf(4, true)) / 4;
    assert(kept > 5 * again, `${kept} against ${again} bytes a layer`);
  });
});

Deno.test("gradientCheckpointing refuses a cache", () => {
  const decoder = tinyDecoder();
  const cache = new KvCache(decoder.config, { numRows: 1, capacity: 8 });
  assertThrows(
    () =>
      decoder.forward(Int32Array.of(3), {
        numRows: 1,
        starts: Int32Array.of(0),
        cache,
        gradientCheckpointing: true,
      }),
    RangeError,
    "exclude each other",
  );
  cache.dispose();
  decoder.dispose();
});
