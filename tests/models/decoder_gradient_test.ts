import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type Decoder, type LoraAdapter, ScalarHead } from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

// Two rows of four tokens, the second with one pad token; what follows each token is predicted.
const IDS = Int32Array.of(3, 4, 5, 6, 0, 7, 8, 9);
const STARTS = Int32Array.of(0, 1);
const SOURCES = [0, 1, 2, 5, 6];
const TARGETS = [4, 5, 6, 8, 9];

function states(decoder: Decoder, adapter?: LoraAdapter): tf.Tensor2D {
  const hidden = decoder.forward(IDS, {
    numRows: 2,
    starts: STARTS,
    ...(adapter ? { adapter } : {}),
  });
  return tf.gather(hidden, tf.tensor1d(SOURCES, "int32"));
}

function nextTokenLoss(decoder: Decoder, adapter?: LoraAdapter): tf.Scalar {
  const { logProbs } = tokenLogProbs(
    states(decoder, adapter),
    decoder.head(),
    tf.tensor1d(TARGETS, "int32"),
  );
  return logProbs.mean().neg() as tf.Scalar;
}

/**
 * Compares each weight's gradient along a random direction with the central difference of the loss.
 * Steps of 1e-2 and a loss of size 1 in float32 leave an error of about 1e-4.
 */
async function checkGradients(
  loss: () => tf.Scalar,
  params: ReadonlyMap<string, tf.Variable>,
): Promise<void> {
  const { value, grads } = valueAndGrads(loss, params);
  value.dispose();
  const random = Random.fromSeed(5);
  const lossAt = async (variable: tf.Variable, origin: Float32Array, shift: number[]) => {
    const moved = origin.map((weight, i) => weight + shift[i]!);
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
    const result = tf.tidy(loss);
    const number = (await result.data())[0]!;
    result.dispose();
    return number;
  };
  for (const [name, variable] of params) {
    const origin = Float32Array.from(await variable.data());
    const raw = Array.from(origin, () => random.normal());
    const length = Math.hypot(...raw);
    const step = raw.map((component) => component / length * 1e-2);
    const up = await lossAt(variable, origin, step);
    const down = await lossAt(variable, origin, step.map((component) => -component));
    tf.tidy(() => variable.assign(tf.tensor(origin, variable.shape)));
    const grad = await grads.get(name)!.data();
    const analytic = step.reduce((sum, component, i) => sum + component * grad[i]!, 0) / 1e-2;
    const difference = (up - down) / 2e-2;
    assert(
      Math.abs(analytic - difference) < 2e-4 + 5e-3 * Math.abs(difference),
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
  tf.tidy(() => weight.assign(tf.linspace(-1, 1, 8).reshape([1, 8])));
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
