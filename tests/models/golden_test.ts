import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate } from "../../lib/generation/mod.ts";
import { type Decoder, loadDecoder, loadLanguageModel } from "../../lib/models/mod.ts";
import { linear, tokenLogProbs } from "../../lib/ops/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertClose, take } from "../support/tensors.ts";

await startTestDevice();

interface GoldenCase {
  readonly prompt: string;
  readonly prompt_ids: number[];
  readonly prompt_token_logprobs: number[];
  readonly last_logits_first8: number[];
  readonly last_logits_argmax: number;
  readonly greedy_ids: number[];
  readonly greedy_text: string;
}

const storiesPath = sharedPath("data/models/stories260K/stories260K.bin");
const quantizedPath = sharedPath("data/models/stories260K/stories260K-q8.bin");
const tokensPath = sharedPath("data/models/stories260K/tok512.bin");
const goldenPath = sharedPath("golden/stories260K.json");
const digitsPath = sharedPath("data/models/digit-llama");

const TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}";

async function goldenCases(): Promise<GoldenCase[]> {
  const { cases } = JSON.parse(await Deno.readTextFile(goldenPath!));
  assert(cases.length > 0);
  return cases;
}

/** Log-probabilities of a prompt's tokens, and the logits behind it. */
async function ofPrompt(decoder: Decoder, prompt: readonly number[]) {
  const ids = Int32Array.from(prompt);
  const one = { numRows: 1, starts: Int32Array.of(0) };
  const logProbs = tf.tidy(() => {
    const predicting = decoder.forward(ids, one).slice(0, prompt.length - 1);
    const targets = tf.tensor1d(prompt.slice(1), "int32");
    return tokenLogProbs(predicting, decoder.head(), targets).logProbs;
  });
  const at = Int32Array.of(ids.length - 1);
  const logits = tf.tidy(() => linear(decoder.forward(ids, { ...one, at }), decoder.head()));
  return { logProbs: await take(logProbs), logits: await take(logits) };
}

/** The prompt and what a decoder says behind it. */
async function continued(decoder: Decoder, { prompt_ids: prompt, greedy_ids }: GoldenCase) {
  const [greedy] = await generate(decoder, [Int32Array.from(prompt)], {
    maxNewTokens: greedy_ids.length - prompt.length,
    ...{ temperature: 0, topK: 0, topP: 1 },
    randoms: [Random.fromSeed(0)],
  });
  return [...prompt, ...greedy!.tokens];
}

Deno.test({
  name: "stories260K has the reference's log-probabilities, logits and greedy continuation",
  ignore: !storiesPath || !goldenPath,
  async fn() {
    const decoder = await loadDecoder(storiesPath!);
    for (const reference of await goldenCases()) {
      const { logProbs, logits } = await ofPrompt(decoder, reference.prompt_ids);
      assertClose(logProbs, reference.prompt_token_logprobs, 1e-4);
      assertClose(logits.subarray(0, 8), reference.last_logits_first8, 1e-3);
      assertEquals(logits.indexOf(Math.max(...logits)), reference.last_logits_argmax);
      assertEquals(await continued(decoder, reference), reference.greedy_ids);
    }
    decoder.dispose();
  },
});

Deno.test({
  name: "stories260K in 8-bit integers says about what it says in float32",
  ignore: !quantizedPath || !goldenPath,
  async fn() {
    const decoder = await loadDecoder(quantizedPath!);
    for (const reference of await goldenCases()) {
      const { logProbs, logits } = await ofPrompt(decoder, reference.prompt_ids);
      assertClose(logProbs, reference.prompt_token_logprobs, 0.05);
      assertEquals(logits.indexOf(Math.max(...logits)), reference.last_logits_argmax);
      assertEquals(await continued(decoder, reference), reference.greedy_ids);
    }
    decoder.dispose();
  },
});

Deno.test({
  name: "stories260K with its own tokenizer writes the reference's tokens and text",
  ignore: !storiesPath || !tokensPath || !goldenPath,
  async fn() {
    await withTempFolder(async (folder) => {
      await Deno.copyFile(storiesPath!, `${folder}/stories.bin`);
      await Deno.copyFile(tokensPath!, `${folder}/tok512.bin`);
      const settings = { chat_template: TEMPLATE, eos_token: "</s>" };
      await Deno.writeTextFile(`${folder}/tokenizer_config.json`, JSON.stringify(settings));
      const { tokenizer, decoder } = await loadLanguageModel(`${folder}/stories.bin`);
      for (const { prompt, prompt_ids, greedy_ids, greedy_text } of await goldenCases()) {
        assertEquals([1, ...tokenizer.encode(prompt)], prompt_ids);
        const text = tokenizer.decode(greedy_ids);
        // The reference joins the tokens as they are, the space before the text and names of bytes among them.
        assertEquals(` ${text.replaceAll("\n", "<0x0A>")}`, greedy_text);
      }
      decoder.dispose();
    });
  },
});

Deno.test({
  name: "stories260K in 8-bit integers has the weights of float32 up to half a step of a group",
  ignore: !storiesPath || !quantizedPath,
  async fn() {
    const [exact, rounded] = [await loadDecoder(storiesPath!), await loadDecoder(quantizedPath!)];
    assertEquals(rounded.config, exact.config);
    for (const [name, weight] of exact.weights) {
      const [wanted, actual] = [weight, rounded.weights.get(name)!];
      const [left, right] = [await take(wanted.clone()), await take(actual.clone())];
      const isNorm = wanted.shape.length === 1;
      // Rows of 8 of a row of queries stay together whatever their order.
      for (let at = 0; at < left.length; at += 8) {
        const group = left.slice(at, at + 8);
        const step = Math.max(...Array.from(group, Math.abs)) / 127;
        assertClose(right.slice(at, at + 8), group, isNorm ? 0 : 0.51 * step + 1e-7);
      }
    }
    exact.dispose();
    rounded.dispose();
  },
});

Deno.test({
  name: "digit-llama loads from Hugging Face's BF16 files and runs",
  ignore: !digitsPath,
  async fn() {
    const decoder = await loadDecoder(digitsPath!);
    assertEquals(decoder.config.vocabSize, 16);
    assertEquals(decoder.config.rmsNormEps, 1e-6);
    const head = await decoder.weights.get("lm_head.weight")!.data() as Float32Array;
    // BF16 numbers have 8 significant bits, so the lower 16 bits of the float32 are 0.
    assert(new Uint32Array(head.slice().buffer).every((word) => (word & 0xffff) === 0));
    const randoms = [Random.fromSeed(1), Random.fromSeed(2)];
    const answers = await generate(decoder, [Int32Array.of(3, 4, 5), Int32Array.of(9)], {
      maxNewTokens: 5,
      temperature: 1,
      topK: 0,
      topP: 1,
      randoms,
    });
    for (const { tokens, logProbs } of answers) {
      assert(tokens.length >= 1 && tokens.every((token) => token >= 0 && token < 16));
      // Random weights of size 0.02 are close to uniform over 16 tokens.
      for (const value of logProbs) assert(Math.abs(value + Math.log(16)) < 1, `${value}`);
    }
    decoder.dispose();
  },
});
