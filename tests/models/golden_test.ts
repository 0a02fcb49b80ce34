import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate } from "../../lib/generation/mod.ts";
import { Decoder, loadDecoder } from "../../lib/models/mod.ts";
import { linear, tokenLogProbs } from "../../lib/ops/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { sharedPath } from "../support/shared_data.ts";
import { assertClose, take } from "../support/tensors.ts";
import { readLlama2c } from "./llama2c.ts";

await startTestDevice();

interface GoldenCase {
  readonly prompt_ids: number[];
  readonly prompt_token_logprobs: number[];
  readonly last_logits_first8: number[];
  readonly last_logits_argmax: number;
  readonly greedy_ids: number[];
}

const storiesPath = sharedPath("data/models/stories260K/stories260K.bin");
const goldenPath = sharedPath("golden/stories260K.json");
const digitsPath = sharedPath("data/models/digit-llama");

Deno.test({
  name: "stories260K has the reference's log-probabilities, logits and greedy continuation",
  ignore: !storiesPath || !goldenPath,
  async fn() {
    const { config, tensors } = await readLlama2c(storiesPath!);
    const decoder = Decoder.fromValues(config, tensors);
    const golden: { cases: GoldenCase[] } = JSON.parse(await Deno.readTextFile(goldenPath!));
    for (const reference of golden.cases) {
      const prompt = reference.prompt_ids;
      const ids = Int32Array.from(prompt);
      const one = { numRows: 1, starts: Int32Array.of(0) };
      const logProbs = tf.tidy(() => {
        const hidden = decoder.forward(ids, one);
        const predicting = hidden.slice(0, prompt.length - 1);
        const targets = tf.tensor1d(prompt.slice(1), "int32");
        return tokenLogProbs(predicting, decoder.head(), targets).logProbs;
      });
      assertClose(await take(logProbs), reference.prompt_token_logprobs, 1e-4);
      const logits = await take(
        tf.tidy(() =>
          linear(
            decoder.forward(ids, { ...one, at: Int32Array.of(ids.length - 1) }),
            decoder.head(),
          )
        ),
      );
      assertClose(logits.subarray(0, 8), reference.last_logits_first8, 1e-3);
      assertEquals(logits.indexOf(Math.max(...logits)), reference.last_logits_argmax);

      const [greedy] = await generate(decoder, [ids], {
        maxNewTokens: reference.greedy_ids.length - prompt.length,
        temperature: 0,
        topK: 0,
        topP: 1,
        randoms: [Random.fromSeed(0)],
      });
      assertEquals([...prompt, ...greedy!.tokens], reference.greedy_ids);
    }
    decoder.dispose();
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
