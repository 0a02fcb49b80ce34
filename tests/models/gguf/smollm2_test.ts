import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/core/mod.ts";
import { generate } from "../../../lib/generation/mod.ts";
import { loadLanguageModel } from "../../../lib/models/mod.ts";
import { tokenLogProbs } from "../../../lib/ops/mod.ts";
import type { Message } from "../../../lib/text/mod.ts";
import { startTestDevice } from "../../support/device.ts";
import { sharedPath } from "../../support/shared_data.ts";
import { take } from "../../support/tensors.ts";

await startTestDevice();

/** What transformers gives for a chat. */
interface GoldenCase {
  readonly messages: readonly Message[];
  readonly text: string;
  readonly ids: readonly number[];
  readonly prompt_log_prob_sum: number;
  readonly next_top5: readonly (readonly [number, number])[];
  /** Ends with the end token, where that came within 48 tokens. */
  readonly greedy: readonly number[];
}

const model = sharedPath("data/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const golden = sharedPath("golden/smollm2_135m_instruct.json");

Deno.test({
  name: "SmolLM2-135M-Instruct as GGUF reads, scores and answers chats as transformers does",
  ignore: !model || !golden,
  async fn() {
    const { decoder, tokenizer, template } = await loadLanguageModel(model!);
    const { cases }: { cases: GoldenCase[] } = JSON.parse(await Deno.readTextFile(golden!));
    for (const { messages, text, ids, ...expected } of cases) {
      assertEquals(template.render(messages, { addGenerationPrompt: true }), text);
      assertEquals([...tokenizer.encode(text)], ids);
      const { sum, next } = tf.tidy(() => {
        const prompt = Int32Array.from(ids);
        const hidden = decoder.forward(prompt, { numRows: 1, starts: Int32Array.of(0) });
        const predicting = hidden.slice(0, ids.length - 1);
        const targets = tf.tensor1d(ids.slice(1), "int32");
        const { logProbs } = tokenLogProbs(predicting, decoder.head(), targets);
        const last = hidden.slice(ids.length - 1);
        const best = tf.tensor1d(expected.next_top5.map(([id]) => id), "int32");
        const wide = tf.tile(last, [best.size, 1]) as tf.Tensor2D;
        return {
          sum: logProbs.sum(),
          next: tokenLogProbs(wide, decoder.head(), best).logProbs,
        };
      });
      const [total] = await take(sum);
      assert(Math.abs(total! - expected.prompt_log_prob_sum) < 2e-3, `${total}`);
      for (const [i, logProb] of (await take(next)).entries()) {
        assert(Math.abs(logProb - expected.next_top5[i]![1]) < 1e-4, `${logProb}`);
      }
    }
    const answers = await generate(decoder, cases.map(({ ids }) => Int32Array.from(ids)), {
      maxNewTokens: 48,
      temperature: 0,
      topK: 0,
      topP: 1,
      randoms: cases.map((_, i) => Random.fromSeed(i)),
    });
    assertEquals(
      answers.map(({ tokens }) => [...tokens]),
      cases.map(({ greedy }) => [...greedy]),
    );
    decoder.dispose();
  },
});
