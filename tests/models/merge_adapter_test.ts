import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { createDecoderConfig, Decoder, LoraAdapter, mergeAdapter } from "../../lib/models/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";

await startTestDevice();

Deno.test("mergeAdapter() gives the states of the adapter applied, and shares the other weights", async () => {
  const config = createDecoderConfig({
    vocabSize: 17,
    hiddenSize: 12,
    intermediateSize: 20,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    numKeyValueHeads: 1,
    eosTokenId: 1,
  });
  const random = Random.fromSeed(5);
  const decoder = Decoder.initialize(config, random.split("decoder"));
  const adapter = LoraAdapter.initialize(config, {
    name: "policy",
    r: 3,
    alpha: 6,
    random: random.split("adapter"),
    targetModules: ["q_proj", "down_proj"],
  });
  for (const [name, weight] of adapter.weights) {
    if (!name.includes("lora_B")) continue;
    const values = Float32Array.from({ length: weight.size }, () => 0.3 * random.normal());
    tf.tidy(() => weight.assign(tf.tensor(values, weight.shape)));
  }
  const { numTensors } = tf.memory();
  const ids = Int32Array.from({ length: 14 }, () => random.integer(0, 17));
  const batch = { numRows: 2, starts: Int32Array.of(0, 3) };
  const at = Int32Array.of(6, 10, 13);
  const merged = mergeAdapter(decoder, adapter);
  const states = [
    decoder.forward(ids, { ...batch, at, adapter }),
    merged.decoder.forward(ids, { ...batch, at }),
    decoder.forward(ids, { ...batch, at }),
  ];
  const [applied, together, plain] = await Promise.all(states.map((x) => x.data()));
  assertClose(together!, applied!, 1e-5);
  assert(applied!.some((x, i) => Math.abs(x - plain![i]!) > 1e-2), "the adapter changes nothing");
  const shared = "model.layers.0.self_attn.k_proj.weight";
  assertEquals(merged.decoder.weights.get(shared), decoder.weights.get(shared));
  merged.dispose();
  tf.dispose(states);
  assertEquals(tf.memory().numTensors, numTensors);
  decoder.dispose();
  adapter.dispose();
});
