import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import {
  type Decoder,
  type DecoderConfig,
  type LoraAdapter,
  ScalarHead,
} from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { GEMMA2, GEMMA3, tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

// Two rows of four tokens, the second with one pad token; what follows each token is predicted.
const IDS = Int32Array.of(3, 4, 5, 6, 0, 7, 8, 9);
const STARTS = Int32Array.of(0, 1);
const SOURCES = Int32Array.of(0, 1, 2, 5, 6);
const TARGETS = [4, 5, 6, 8, 9];

function states(decoder: Decoder, adapter?: LoraAdapter, at: Int32Array = SOURCES): tf.Tensor2D {
  return decoder.forward(IDS, { numRows: 2, starts: STARTS, at, ...(adapter ? { adapter } : {}) });
}

function nextTokenLoss(decoder: Decoder, adapter?: LoraAdapter, at?: Int32Array): tf.Scalar {
  const { logProbs } = tokenLogProbs(
    states(decoder, adapter, at),
    decoder.head(),
    tf.tensor1d(TARGETS.slice(0, at?.length), "int32"),
    { softCap: decoder.config.finalLogitSoftcapping },
  );
  return logProbs.mean().neg() as tf.Scalar;
}

const STEP = 1e-2;

/**
 * Compares each weight's gradient along a random direction with difference quotients of the loss.
 * Richardson's extrapolation (4 D(h/2) - D(h)) / 3 of central differences is off by O(h⁴), and a
 * float32 loss of size 1 by a few 1e-7 / h = 5e-5.
 */
async function checkGradients(
  loss: () => tf.Scalar,
  params: ReadonlyMap<string, tf.Variable>,
): Promise<void> {
  const { value, grads } = valueAndGrads(loss, params);
  value.dispose();
  const random = Random.fromSeed(5);
  for (const [name, variable] of params) {
    const origin = Float32Array.from(await variable.data());
    const raw = Array.from(origin, () => random.normal());
    const direction = raw.map((component) => component / Math.hypot(...raw));
    const lossAt = async (shift: number) => {
      const moved = origin.map((weight, i) => weight + shift * direction[i]!);
      tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
      const result = tf.tidy(loss);
      const number = (await result.data())[0]!;
      result.dispose();
      return number;
    };
    const wide = (await lossAt(STEP) - await lossAt(-STEP)) / (2 * STEP);
    const narrow = (await lossAt(STEP / 2) - await lossAt(-STEP / 2)) / STEP;
    const difference = (4 * narrow - wide) / 3;
    tf.tidy(() => variable.assign(tf.tensor(origin, variable.shape)));
    const grad = await grads.get(name)!.data();
    const analytic = direction.reduce((sum, component, i) => sum + component * grad[i]!, 0);
    assert(
      Math.abs(analytic - difference) < 2e-4 + 1e-3 * Math.abs(difference),
      `${name}: gradient ${analytic}, difference quotient ${difference}`,
    );
  }
  tf.dispose([...grads.values()]);
}

Deno.test("Decoder gradients of every weight equal difference quotients", async () => {
  const decoder = tinyDecoder();
  await checkGradients(() => nextTokenLoss(decoder), decoder.weights);
  decoder.dispose();
});

Deno.test("Decoder gradients flow through both uses of a tied embedding", async () => {
  const decoder = tinyDecoder({ tieWordEmbeddings: true, numHiddenLayers: 1 });
  await checkGradients(() => nextTokenLoss(decoder), decoder.weights);
  decoder.dispose();
});

for (
  const options of [
    { attentionBias: "qkv" },
    { attentionBias: "qkvo" },
    { qkNorm: "head", headDim: 8 },
    { qkNorm: "full", normPosition: "behind" },
    { noRopeLayers: [0, 1] },
    { slidingWindow: 2 },
    { ...GEMMA2, headDim: 4 },
    { ...GEMMA3, headDim: 4 },
  ] as const satisfies Partial<DecoderConfig>[]
) {
  Deno.test({
    name: `Decoder gradients of every weight equal difference quotients (${
      JSON.stringify(options)
    })`,
    // On a GPU parity_test.ts compares the gradients of families, in a fifth of the time.
    ignore: tf.getBackend() === "webgpu",
    fn: async () => {
      const decoder = tinyDecoder(options);
      const adapter = tinyAdapter(decoder.config);
      const params = new Map([...decoder.weights, ...adapter.weights]);
      await checkGradients(() => nextTokenLoss(decoder, adapter), params);
      adapter.dispose();
      decoder.dispose();
    },
  });
}

Deno.test("Decoder gradients are right where the last layer is spared the first positions", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const params = new Map([...decoder.weights, ...adapter.weights]);
  // The states of the last two positions, and of the very last alone.
  for (const at of [Int32Array.of(2, 6, 7), Int32Array.of(3, 7)]) {
    await checkGradients(() => nextTokenLoss(decoder, adapter, at), params);
  }
  adapter.dispose();
  decoder.dispose();
});

Deno.test("LoraAdapter gradients of A and B equal difference quotients on every projection", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  assertEquals(adapter.weights.size, 2 * 7 * 2); // A and B, seven projections, two layers
  await checkGradients(() => nextTokenLoss(decoder, adapter), adapter.weights);
  adapter.dispose();
  decoder.dispose();
});

Deno.test("ScalarHead gradients of head and value adapter equal difference quotients", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config, "value");
  const head = ScalarHead.initialize(decoder.config.hiddenSize, { name: "value_head", bias: true });
  const weight = head.weights.get("value_head.weight")!;
  tf.tidy(() => weight.assign(tf.linspace(-0.3, 0.3, 8).reshape([1, 8])));
  const targets = [0.5, -1, 2, 0, 1];
  const loss = () =>
    head.forward(states(decoder, adapter)).sub(tf.tensor1d(targets)).square().mean() as tf.Scalar;
  await checkGradients(loss, new Map([...head.weights, ...adapter.weights]));
  for (const part of [head, adapter, decoder]) part.dispose();
});

Deno.test("valueAndGrads() through decoder and adapter leaks no tensors", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  await assertNoLeak(() => {
    const params = new Map([...adapter.weights, ...decoder.weights]);
    const { value, grads } = valueAndGrads(() => nextTokenLoss(decoder, adapter), params);
    tf.dispose([value, ...grads.values()]);
  });
  adapter.dispose();
  decoder.dispose();
});
