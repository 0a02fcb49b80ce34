import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import { LoraAdapter } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyConfig, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

Deno.test("LoraAdapter.initialize() names and shapes weights as PEFT does", () => {
  const adapter = LoraAdapter.initialize(tinyConfig({ numHiddenLayers: 1 }), {
    name: "policy",
    r: 3,
    alpha: 6,
    targetModules: ["down_proj", "q_proj", "k_proj"],
    random: Random.fromSeed(0),
  });
  const prefix = "base_model.model.model.layers.0";
  assertEquals([...adapter.weights].map(([name, { shape }]) => [name, shape]), [
    [`${prefix}.self_attn.q_proj.lora_A.weight`, [3, 8]],
    [`${prefix}.self_attn.q_proj.lora_B.weight`, [8, 3]],
    [`${prefix}.self_attn.k_proj.lora_A.weight`, [3, 8]],
    [`${prefix}.self_attn.k_proj.lora_B.weight`, [4, 3]], // two kv heads of width 2
    [`${prefix}.mlp.down_proj.lora_A.weight`, [3, 12]],
    [`${prefix}.mlp.down_proj.lora_B.weight`, [8, 3]],
  ]);
  assertEquals(adapter.targetModules, ["q_proj", "k_proj", "down_proj"]);
  assertEquals(adapter.factors("model.layers.0.self_attn.v_proj"), undefined);
  assertEquals(adapter.factors("model.layers.0.self_attn.q_proj")!.scale, 2); // 6 / 3
  adapter.dispose();
});

Deno.test("LoraAdapter.initialize() draws A within ±1/√inputs and leaves B zero", async () => {
  const adapter = LoraAdapter.initialize(tinyConfig(), {
    name: "policy",
    r: 4,
    alpha: 4,
    random: Random.fromSeed(0),
  });
  for (const [name, weight] of adapter.weights) {
    const values = [...await weight.data()];
    if (name.includes("lora_B")) assert(values.every((value) => value === 0), name);
    else {
      const bound = 1 / Math.sqrt(weight.shape[1]!);
      const largest = Math.max(...values.map(Math.abs));
      // Of 32 uniform draws the largest is below half the bound once in 4 billion.
      assert(largest <= bound && largest > bound / 2, `${name}: ${largest} of ${bound}`);
    }
  }
  adapter.dispose();
});

Deno.test("LoraAdapter adds scale · B A to the weights it adapts", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const ids = Int32Array.of(3, 4, 5, 6);
  const options = { numRows: 1, starts: Int32Array.of(0) };
  const adapted = await take(decoder.forward(ids, { ...options, adapter }));
  for (const [name, weight] of decoder.weights) {
    const factors = adapter.factors(name.replace(/\.weight$/, ""));
    if (!factors) continue;
    tf.tidy(() => weight.assign(weight.add(tf.matMul(factors.b, factors.a).mul(factors.scale))));
  }
  assertClose(adapted, await take(decoder.forward(ids, options)), 1e-4);
  adapter.dispose();
  decoder.dispose();
});

Deno.test("LoraAdapter refuses impossible ranks, scales and projections", () => {
  const make = (change: object) => () =>
    LoraAdapter.initialize(tinyConfig(), {
      name: "policy",
      r: 2,
      alpha: 2,
      random: Random.fromSeed(0),
      ...change,
    });
  assertThrows(make({ r: 0 }), RangeError, "r must be a positive integer: got 0");
  assertThrows(make({ alpha: NaN }), RangeError, "alpha must be finite: got NaN");
  assertThrows(make({ targetModules: ["qproj"] }), RangeError, "down_proj: got qproj");
  assertThrows(make({ targetModules: [] }), RangeError, "down_proj: got none");
});

Deno.test("LoraAdapter.dispose() frees everything, several adapters live side by side", async () => {
  await assertNoLeak(() => {
    const adapters = ["a", "b"].map((name) => tinyAdapter(tinyConfig(), name));
    for (const adapter of adapters) adapter.dispose();
  });
});
