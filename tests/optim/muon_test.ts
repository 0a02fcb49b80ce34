import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { makeVariable } from "../../lib/models/mod.ts";
import { AdamW, Muon, orthogonalize } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

const OPTIONS = {
  momentum: 0.95,
  weightDecay: 0.1,
  adamRatio: 0.1,
  betas: [0.9, 0.99] as [number, number],
  eps: 1e-8,
};

function parameters(): Map<string, tf.Variable> {
  const random = Random.fromSeed(4);
  const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  return new Map([
    ["layers.0.q_proj.weight", makeVariable(normals(6), [3, 2])],
    ["norm.weight", makeVariable(normals(2), [2])],
    ["embed_tokens.weight", makeVariable(normals(4), [2, 2])],
  ]);
}

function gradients(params: ReadonlyMap<string, tf.Variable>, step: number) {
  const random = Random.fromSeed(100 + step);
  return new Map(
    [...params].map(([name, { shape, size }]) =>
      [name, tf.tensor(Float32Array.from({ length: size }, () => random.normal()), shape)] as const
    ),
  );
}

Deno.test("orthogonalize() moves all singular values near 1 and keeps the directions", async () => {
  // Diagonal, so the singular values are the entries; Newton-Schulz acts on each by itself.
  const diagonal = tf.tensor2d([[3, 0, 0], [0, -0.5, 0]]);
  for (const matrix of [diagonal, diagonal.transpose() as tf.Tensor2D]) {
    const values = await take(orthogonalize(matrix));
    const isTall = matrix.shape[0] > matrix.shape[1];
    const [first, second] = [values[0]!, values[isTall ? 3 : 4]!];
    assert(first > 0.6 && first < 1.3, `${first}`);
    assert(second < -0.6 && second > -1.3, `${second}`);
    const rest = [...values].filter((value) => value !== first && value !== second);
    assertClose(rest, [0, 0, 0, 0], 1e-6);
    matrix.dispose();
  }
});

Deno.test("Muon.step() moves matrices of layers by the orthogonal direction, the rest by AdamW", async () => {
  const [params, twins] = [parameters(), parameters()];
  const muon = new Muon(params, OPTIONS);
  const others = new Map([...twins].filter(([name]) => !name.includes("_proj")));
  const adamW = new AdamW(others, { betas: OPTIONS.betas, eps: OPTIONS.eps, weightDecay: 0 });
  const grads = gradients(params, 0);
  muon.step(grads, 0.02);
  adamW.step(new Map([...grads].filter(([name]) => others.has(name))), 0.002);
  for (const name of others.keys()) {
    assertClose(await params.get(name)!.data(), await twins.get(name)!.data(), 1e-7);
  }
  // First step: velocity = g, direction of g + 0.95 g is that of g. Tall 3 × 2: scale √1.5.
  const name = "layers.0.q_proj.weight";
  const expected = tf.tidy(() => {
    const direction = orthogonalize(grads.get(name) as tf.Tensor2D);
    return twins.get(name)!.mul(1 - 0.02 * 0.1).sub(direction.mul(0.02 * Math.sqrt(1.5)));
  });
  assertClose(await params.get(name)!.data(), await take(expected), 1e-5);
  assertEquals(muon.stepCount, 1);
  tf.dispose([...grads.values(), ...params.values(), ...twins.values()]);
  muon.dispose();
  adamW.dispose();
});

Deno.test("Muon.loadState() continues exactly where the state was taken", async () => {
  const [straight, resumed] = [parameters(), parameters()];
  const [one, two] = [new Muon(straight, OPTIONS), new Muon(resumed, OPTIONS)];
  const grads = [0, 1, 2].map((step) => gradients(straight, step));
  for (const muon of [one, two]) muon.step(grads[0]!, 0.02);
  const tensors = new Map(
    await Promise.all(
      [...two.tensors()].map(async ([name, tensor]) =>
        [name, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }] as const
      ),
    ),
  );
  two.dispose();
  const three = new Muon(resumed, OPTIONS);
  three.loadState({ step: 1, tensors });
  for (const muon of [one, three]) {
    for (const grad of grads.slice(1)) muon.step(grad, 0.02);
  }
  for (const [name, variable] of straight) {
    assertClose(await resumed.get(name)!.data(), await variable.data(), 0);
  }
  assertThrows(
    () => three.loadState({ step: 1, tensors: new Map() }),
    RangeError,
    "must hold a momentum of shape",
  );
  one.dispose();
  three.dispose();
  for (const grad of grads) tf.dispose([...grad.values()]);
  tf.dispose([...straight.values(), ...resumed.values()]);
});

Deno.test("Muon leaks no tensors per step, nor after dispose()", async () => {
  const params = parameters();
  const grads = gradients(params, 0);
  const before = tf.memory().numTensors;
  const muon = new Muon(params, OPTIONS);
  await assertNoLeak(() => muon.step(grads, 0.02));
  muon.dispose();
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([...grads.values(), ...params.values()]);
});
