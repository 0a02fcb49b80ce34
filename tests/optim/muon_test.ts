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

Deno.test("orthogonalize() makes X Xᵀ nearly the identity, whatever the singular values were", async () => {
  const random = Random.fromSeed(9);
  // Rows of sizes 1 to 1/32: singular values that far apart.
  const values = Float32Array.from(
    { length: 6 * 10 },
    (_, i) => random.normal() * 2 ** -Math.floor(i / 10),
  );
  const gram = tf.tidy(() => {
    const x = orthogonalize(tf.tensor2d(values, [6, 10]));
    return tf.matMul(x, x, false, true);
  });
  const entries = await take(gram);
  // Singular values in [0.6, 1.3] have squares in [0.36, 1.7]: so has the diagonal, as a mean of them,
  // and what is off it is at most half their range.
  for (const [i, entry] of entries.entries()) {
    if (i % 7 === 0) assert(entry > 0.36 && entry < 1.7, `diagonal ${entry}`);
    else assert(Math.abs(entry) < 0.67, `off the diagonal ${entry}`);
  }
});

Deno.test("Muon.step() brings a quadratic down to the size of its steps", async () => {
  const params = parameters();
  const muon = new Muon(params, { ...OPTIONS, weightDecay: 0 });
  // Σ (w − 1)²: its gradient is 2 (w − 1).
  const lossNow = () =>
    take(tf.tidy(() => tf.addN([...params.values()].map((w) => w.sub(1).square().sum()))));
  const [first] = await lossNow();
  for (let step = 0; step < 200; step++) {
    const grads = new Map(
      [...params].map(([name, weight]) => [name, tf.tidy(() => weight.sub(1).mul(2))] as const),
    );
    // A direction has size 1 however small the gradient is, so the rate must fall.
    muon.step(grads, 0.3 * (1 - step / 200));
    tf.dispose([...grads.values()]);
  }
  const [last] = await lossNow();
  assert(first! > 5 && last! < 0.02, `${first} → ${last}`);
  muon.dispose();
  tf.dispose([...params.values()]);
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
