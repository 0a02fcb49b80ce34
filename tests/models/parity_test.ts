import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import {
  type Decoder,
  decoderConfigToHf,
  KvCache,
  loadAdapter,
  loadDecoder,
  loadSafetensors,
  type LoraAdapter,
  mergeAdapter,
  saveDecoder,
} from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertClose, take } from "../support/tensors.ts";

await startTestDevice();

/** Folders that `parity/make.py` made, and the `model_type` under which we save what they hold. */
const FAMILIES = {
  llama: "llama",
  llama_bias: "llama",
  qwen2: "qwen2",
  qwen3: "qwen3",
  smollm3: "smollm3",
  olmo2: "olmo2",
  mistral: "llama",
  mistral_window: "mistral",
  qwen2_window: "qwen2",
  phi3_window: "mistral",
  gemma2: "gemma2",
  gemma3: "gemma3_text",
  phi3: "llama",
  phi3_longrope: "llama",
};
const TOLERANCE = 1e-4;
const NUM_ROWS = 2, NUM_TOKENS = 7, VOCAB = 64;
const NO_PADDING = Int32Array.of(0, 0);
/** Pad tokens of the rows of `padded_ids`. */
const PADDING = Int32Array.of(3, 0);

interface Case {
  readonly decoder: Decoder;
  readonly adapter: LoraAdapter;
  /** What transformers and PEFT computed, by name. */
  readonly reference: (name: string) => Float32Array | Int32Array;
}

function parityTest(claim: string, run: (one: Case, name: string) => Promise<void>): void {
  for (const name of Object.keys(FAMILIES)) {
    Deno.test(`${claim} (${name})`, async () => {
      const folder = new URL(`./parity/${name}`, import.meta.url).pathname;
      const { tensors } = await loadSafetensors(`${folder}/reference.safetensors`);
      const decoder = await loadDecoder(folder);
      const adapter = await loadAdapter(folder, decoder.config, { name: "policy" });
      await run({ decoder, adapter, reference: (key) => tensors.get(key)!.values }, name);
      adapter.dispose();
      decoder.dispose();
    });
  }
}

/** Logits of tokens behind those in the cache, row-major. */
function logitsOf(
  decoder: Decoder,
  ids: ArrayLike<number>,
  options: Partial<Parameters<Decoder["forward"]>[1]> = {},
): Promise<Float32Array> {
  const all = { numRows: NUM_ROWS, starts: NO_PADDING, ...options };
  return take(
    tf.tidy(() => decoder.logits(decoder.forward(Int32Array.from(ids), all))),
  );
}

/** Columns `from` to `to` of each row of tokens. */
const columns = (ids: ArrayLike<number>, from: number, to: number): number[] =>
  Array.from(ids).filter((_, i) => i % NUM_TOKENS >= from && i % NUM_TOKENS < to);

/** The logits of these columns. */
const logitColumns = (logits: ArrayLike<number>, from: number, to: number): number[] =>
  Array.from(logits).filter((_, i) => {
    const token = Math.floor(i / VOCAB) % NUM_TOKENS;
    return token >= from && token < to;
  });

parityTest("a decoder has transformers' states and logits", async ({ decoder, reference }) => {
  const ids = Int32Array.from(reference("ids"));
  const states = await take(decoder.forward(ids, { numRows: NUM_ROWS, starts: NO_PADDING }));
  assertClose(states, reference("states"), TOLERANCE);
  const logits = await logitsOf(decoder, reference("ids"));
  assertClose(logits, reference("logits"), TOLERANCE);
});

parityTest("a decoder has transformers' logits of padded rows", async ({ decoder, reference }) => {
  const logits = await logitsOf(decoder, reference("padded_ids"), { starts: PADDING });
  const expected = reference("padded_logits");
  for (const [row, start] of PADDING.entries()) {
    const [from, to] = [start, NUM_TOKENS].map((token) => (row * NUM_TOKENS + token) * VOCAB);
    assertClose(logits.subarray(from, to), expected.subarray(from, to), TOLERANCE);
  }
});

parityTest("a decoder has transformers' logits behind a cache", async ({ decoder, reference }) => {
  for (
    const [ids, logits, starts] of [["ids", "logits", NO_PADDING], [
      "padded_ids",
      "padded_logits",
      PADDING,
    ]] as const
  ) {
    const cache = new KvCache(decoder.config, { numRows: NUM_ROWS, capacity: NUM_TOKENS });
    // A prompt, some tokens at once, then one at a time.
    for (const [from, to] of [[0, 4], [4, 5], [5, 7]] as const) {
      const actual = await logitsOf(decoder, columns(reference(ids), from, to), { starts, cache });
      const expected = logitColumns(reference(logits), from, to);
      const first = from === 0 ? starts[0]! * VOCAB : 0; // the first row's padding says nothing
      assertClose(actual.subarray(first), expected.slice(first), TOLERANCE);
    }
    cache.dispose();
  }
});

parityTest("generate() continues greedily as transformers", async ({ decoder, reference }) => {
  const expected = [...reference("greedy")].slice(NUM_TOKENS);
  const [greedy] = await generate(decoder, [
    Int32Array.from(reference("ids").subarray(0, NUM_TOKENS)),
  ], {
    ...{ maxNewTokens: 12, temperature: 0, topK: 0, topP: 1 },
    randoms: [Random.fromSeed(0)],
  });
  assertEquals([...greedy!.tokens], expected);
});

parityTest(
  "an adapter has PEFT's logits, loss and gradients",
  async ({ decoder, adapter, reference }, name) => {
    const ids = Int32Array.from(reference("ids"));
    assertClose(await logitsOf(decoder, ids, { adapter }), reference("adapted_logits"), TOLERANCE);
    const merged = mergeAdapter(decoder, adapter);
    assertClose(await logitsOf(merged.decoder, ids), reference("adapted_logits"), TOLERANCE);
    merged.dispose();
    const predicting = Int32Array.from(ids.keys()).filter((i) => i % NUM_TOKENS < NUM_TOKENS - 1);
    const targets = tf.tensor1d(columns(ids, 1, NUM_TOKENS), "int32");
    for (const gradientCheckpointing of [false, true]) {
      const { value, grads } = valueAndGrads(() => {
        const at = { at: predicting, adapter, gradientCheckpointing };
        const states = decoder.forward(ids, { numRows: NUM_ROWS, starts: NO_PADDING, ...at });
        const softCap = decoder.config.finalLogitSoftcapping;
        const { logProbs } = tokenLogProbs(states, decoder.head(), targets, { softCap });
        return logProbs.mean().neg() as tf.Scalar;
      }, adapter.weights);
      assertClose(await take(value), reference("loss"), TOLERANCE);
      for (const [key, grad] of grads) {
        assertClose(await take(grad), reference(`grad.${key}`), TOLERANCE);
      }
      assertEquals(grads.size > 0, true, name);
    }
    targets.dispose();
  },
);

parityTest("saveDecoder() writes what loadDecoder() reads again", async ({ decoder }, name) => {
  assertEquals(
    decoderConfigToHf(decoder.config)["model_type"],
    FAMILIES[name as keyof typeof FAMILIES],
  );
  await withTempFolder(async (folder) => {
    await saveDecoder(folder, decoder);
    const again = await loadDecoder(folder);
    assertEquals(again.config, decoder.config);
    for (const [key, weight] of decoder.weights) {
      assertEquals(await take(again.weights.get(key)!.clone()), await take(weight.clone()), key);
    }
    again.dispose();
  });
});
