import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { policyLoss, valueLoss } from "../../lib/rl/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";
import { plainPpoLoss } from "./ppo_loss_reference.ts";

await startTestDevice();

const N = 40;
const random = Random.fromSeed(17);
const normals = (scale: number) => Float32Array.from({ length: N }, () => scale * random.normal());
const oldLogProbs = normals(1);
// Ratios about e^±0.3, so that with ε = 0.2 some tokens are clipped on either side and some are not.
const newLogProbs = oldLogProbs.map((value) => value + 0.3 * random.normal());
const advantages = normals(1);
const [oldValues, newValues, returns] = [normals(1), normals(1), normals(2)];
const weights = new Float32Array(N).fill(1 / N);

Deno.test("policyLoss() and its gradient are those of plainPpoLoss() in plain numbers", async () => {
  const plain = plainPpoLoss({
    newLogProbs,
    oldLogProbs,
    advantages,
    newValues,
    oldValues,
    returns,
  });
  const inputs = { oldLogProbs, advantages, weights, cliprange: 0.2 };
  const { value, grad } = tf.valueAndGrad((x) => policyLoss(x as tf.Tensor1D, inputs))(
    tf.tensor1d(newLogProbs),
  );
  assertAlmostEquals((await take(value))[0]!, plain.policyLoss, 1e-6);
  const gradient = await take(grad);
  assertClose(gradient, plain.logProbGrads, 1e-7);
  const numClipped = gradient.filter((entry) => entry === 0).length;
  assertAlmostEquals(numClipped / N, plain.clipFrac, 1e-12); // and neither none nor all of them
  if (numClipped === 0 || numClipped === N) throw new Error(`clipped: ${numClipped} of ${N}`);
});

Deno.test("policyLoss() by hand: the better of two ratios is bounded, the worse is not", async () => {
  // ratio e, ε 0.2. Â = 1: max(−e, −1.2) = −1.2. Â = −1: max(e, 1.2) = e. Weighted ½ each.
  const loss = policyLoss(tf.tensor1d([1, 1]), {
    oldLogProbs: Float32Array.of(0, 0),
    advantages: Float32Array.of(1, -1),
    weights: Float32Array.of(0.5, 0.5),
    cliprange: 0.2,
  });
  assertAlmostEquals((await take(loss))[0]!, (-1.2 + Math.E) / 2, 1e-6);
});

Deno.test("valueLoss() and its gradient are those of plainPpoLoss() in plain numbers", async () => {
  for (
    const [cliprangeValue, vfScale] of [[null, 1], [0.5, 0.5], [0.5, 1], [null, 0.5]] as const
  ) {
    const plain = plainPpoLoss(
      { newLogProbs, oldLogProbs, advantages, newValues, oldValues, returns },
      { cliprangeValue, vfScale, vfCoef: 0.25 },
    );
    const inputs = {
      oldValues,
      returns,
      weights: weights.map((weight) => 0.25 * weight), // ppoUpdate() puts vfCoef into the weights
      cliprangeValue,
      vfScale,
    };
    const { value, grad } = tf.valueAndGrad((x) => valueLoss(x as tf.Tensor1D, inputs))(
      tf.tensor1d(newValues),
    );
    assertAlmostEquals((await take(value))[0]!, 0.25 * plain.valueLoss, 1e-6);
    assertClose(await take(grad), plain.valueGrads, 1e-7);
  }
});

Deno.test("valueLoss() by hand: the clip holds the new value near the old one", async () => {
  // V 2, old 0, G 3, clip 0.5: max((2 − 3)², (0.5 − 3)²) = 6.25; scale ½ → 3.125
  const inputs = {
    oldValues: Float32Array.of(0),
    returns: Float32Array.of(3),
    weights: Float32Array.of(1),
    vfScale: 0.5,
  };
  const clipped = valueLoss(tf.tensor1d([2]), { ...inputs, cliprangeValue: 0.5 });
  assertAlmostEquals((await take(clipped))[0]!, 3.125, 1e-6);
  const free = valueLoss(tf.tensor1d([2]), { ...inputs, cliprangeValue: null });
  assertAlmostEquals((await take(free))[0]!, 0.5, 1e-6);
});

Deno.test("policyLoss() and valueLoss() leak no tensors", () =>
  assertNoLeak(async () => {
    const x = tf.tensor1d(newLogProbs);
    await take(policyLoss(x, { oldLogProbs, advantages, weights, cliprange: 0.2 }));
    await take(
      valueLoss(x, { oldValues, returns, weights, cliprangeValue: 0.2, vfScale: 0.5 }),
    );
    x.dispose();
  }));
