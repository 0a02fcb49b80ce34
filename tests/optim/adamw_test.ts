import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { makeVariable } from "../../lib/models/mod.ts";
import { AdamW } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const OPTIONS = { betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0.1 } as const;

function variables(values: Record<string, { shape: number[]; values: number[] }>) {
  return new Map(
    Object.entries(values).map(([name, { shape, values }]) =>
      [name, makeVariable(Float32Array.from(values), shape)] as const
    ),
  );
}

Deno.test("AdamW.step() takes two hand-worked steps with decoupled decay", async () => {
  const params = variables({ w: { shape: [1, 2], values: [1, -2] } });
  const adamW = new AdamW(params, OPTIONS);
  const [first, second] = [tf.tensor2d([[0.5, -1]]), tf.tensor2d([[-0.25, -1]])];
  // Step 1 from zero moments: m̂ = g and v̂ = g², so the update is lr · sign(g) = ±0.1.
  // Decay: w · (1 − 0.1 · 0.1) = 0.99 and −1.98. So w = 0.99 − 0.1 = 0.89 and −1.98 + 0.1 = −1.88.
  adamW.step(new Map([["w", first]]), 0.1);
  assertClose(await params.get("w")!.data(), [0.89, -1.88], 1e-6);
  // Step 2, first entry: m = 0.9·0.05 + 0.1·(−0.25) = 0.02, m̂ = 0.02 / 0.19 = 0.1052632;
  // v = 0.99·0.0025 + 0.01·0.0625 = 0.0031, v̂ = 0.0031 / 0.0199 = 0.1557789, √v̂ = 0.3946884;
  // update 0.1 · 0.1052632 / 0.3946884 = 0.0266700; w = 0.89 · 0.99 − 0.0266700 = 0.8544300.
  // Second entry: the gradient is −1 both times, so m̂ = −1, v̂ = 1: w = −1.88·0.99 + 0.1 = −1.7612.
  adamW.step(new Map([["w", second]]), 0.1);
  assertClose(await params.get("w")!.data(), [0.85443, -1.7612], 1e-6);
  assertEquals(adamW.stepCount, 2);
  tf.dispose([first, second, ...params.values()]);
  adamW.dispose();
});

Deno.test("AdamW.step() decays matrices only, and never norms", async () => {
  const params = variables({
    "model.layers.0.mlp.up_proj.weight": { shape: [1, 1], values: [2] },
    "model.norm.weight": { shape: [1], values: [2] },
    "odd_norm.weight": { shape: [1, 1], values: [2] },
    "value_head.bias": { shape: [1], values: [2] },
  });
  const adamW = new AdamW(params, { ...OPTIONS, weightDecay: 0.5 });
  const zeros = new Map([...params].map(([name, { shape }]) => [name, tf.zeros(shape)]));
  adamW.step(zeros, 0.1); // gradient 0, so only the decay 1 − 0.1 · 0.5 acts
  const after = await Promise.all([...params.values()].map((param) => param.data()));
  assertClose(after.map(([value]) => value!), [1.9, 2, 2, 2], 1e-6);
  tf.dispose([...zeros.values(), ...params.values()]);
  adamW.dispose();
});

Deno.test("AdamW.loadState() continues exactly where state() was taken", async () => {
  const start = { w: { shape: [2], values: [1, 2] }, b: { shape: [1, 2], values: [3, 4] } };
  const grads = Array.from({ length: 4 }, (_, step) =>
    new Map<string, tf.Tensor>([
      ["w", tf.tensor1d([Math.sin(step), Math.cos(step)])],
      ["b", tf.tensor2d([[step - 1.5, 0.3]])],
    ]));
  const straight = variables(start);
  const one = new AdamW(straight, OPTIONS);
  for (const grad of grads) one.step(grad, 0.05);

  const interrupted = variables(start);
  const before = new AdamW(interrupted, OPTIONS);
  for (const grad of grads.slice(0, 2)) before.step(grad, 0.05);
  const state = await before.state();
  assertEquals(state.step, 2);
  assertEquals([...state.tensors.keys()], [
    "w.exp_avg",
    "w.exp_avg_sq",
    "b.exp_avg",
    "b.exp_avg_sq",
  ]);
  before.step(grads[3]!, 1); // the state is a copy: this changes nothing in it
  before.dispose();
  const resumed = variables(start);
  const after = new AdamW(resumed, OPTIONS);
  for (const grad of grads.slice(0, 2)) after.step(grad, 0.05);
  after.loadState(state);
  for (const grad of grads.slice(2)) after.step(grad, 0.05);
  for (const name of ["w", "b"]) {
    assertClose(await resumed.get(name)!.data(), await straight.get(name)!.data(), 0);
  }
  for (const adamW of [one, after]) adamW.dispose();
  for (const params of [straight, interrupted, resumed]) tf.dispose([...params.values()]);
  for (const grad of grads) tf.dispose([...grad.values()]);
});

Deno.test("AdamW.loadState() refuses what does not fit", async () => {
  const params = variables({ w: { shape: [2], values: [1, 2] } });
  const adamW = new AdamW(params, OPTIONS);
  const state = await adamW.state();
  assertThrows(
    () => adamW.loadState({ ...state, step: -1 }),
    RangeError,
    "step must be an integer from 0: got -1",
  );
  assertThrows(
    () => adamW.loadState({ step: 1, tensors: new Map() }),
    RangeError,
    "2 missing or misshaped (w.exp_avg, w.exp_avg_sq), 0 unknown ()",
  );
  const other = new Map([...state.tensors, ["x.exp_avg", { shape: [1], values: [0] }]]);
  assertThrows(
    () => adamW.loadState({ step: 1, tensors: other }),
    RangeError,
    "1 unknown (x.exp_avg)",
  );
  assertEquals(adamW.stepCount, 0);
  adamW.dispose();
  tf.dispose([...params.values()]);
});

Deno.test("AdamW.step() names gradients that are missing or unknown", () => {
  const params = variables({ w: { shape: [1], values: [1] } });
  const adamW = new AdamW(params, OPTIONS);
  const grad = tf.ones([1]);
  assertThrows(() => adamW.step(new Map(), 1), RangeError, "needs a gradient: w has none");
  assertThrows(
    () => adamW.step(new Map([["w", grad], ["x", grad]]), 1),
    RangeError,
    "updates only its own parameters: got x",
  );
  assertEquals(adamW.stepCount, 0);
  tf.dispose([grad, ...params.values()]);
  adamW.dispose();
});

Deno.test("AdamW refuses constants out of range", () => {
  const make = (change: object) => () => new AdamW(new Map(), { ...OPTIONS, ...change });
  assertThrows(make({ betas: [1, 0.9] }), RangeError, "betas must lie in [0, 1): got 1, 0.9");
  assertThrows(make({ eps: 0 }), RangeError, "eps must be above 0: got 0");
  assertThrows(make({ weightDecay: -1 }), RangeError, "weightDecay must be at least 0: got -1");
});

Deno.test("AdamW leaks no tensors per step, nor after dispose()", async () => {
  const params = variables({ w: { shape: [2, 2], values: [1, 2, 3, 4] } });
  const grads = new Map([["w", tf.ones([2, 2])]]);
  const before = tf.memory().numTensors;
  const adamW = new AdamW(params, OPTIONS);
  await assertNoLeak(() => adamW.step(grads, 0.1));
  adamW.dispose();
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([...params.values(), ...grads.values()]);
});
