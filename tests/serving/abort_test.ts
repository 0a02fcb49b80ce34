import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder } from "../support/small_world.ts";
import { pause, QUESTION, withServer } from "./served.ts";

await startTestDevice();

const MAX_TOKENS = 6000;

Deno.test("an answer ends when its client goes away, whether it is streamed or not", async () => {
  const before = tf.memory().numTensors;
  const decoder = smallWorldDecoder(7, { maxPositionEmbeddings: 8192 });
  const { tokenizer, template } = smallWorldText;
  let numTokens = 0;
  const decode = (ids: ArrayLike<number>) => {
    if (ids.length === 1) numTokens++; // each token is decoded by itself once, for its log-probability
    return tokenizer.decode(ids);
  };
  const model = { name: "test", decoder, template, tokenizer: { ...tokenizer, decode } };
  await withServer(
    { id: "test", model },
    { maxTokens: MAX_TOKENS },
    async ({ server, post, chat }) => {
      // Greedy answers of random weights repeat themselves and never end.
      const short = await chat({ temperature: 0, max_tokens: 400 });
      assertEquals(short.choices[0].finish_reason, "length");
      const body = {
        model: "test",
        messages: [QUESTION],
        temperature: 0,
        max_tokens: MAX_TOKENS,
        n: 8,
        logprobs: true,
      };
      for (const stream of [true, false]) {
        numTokens = 0;
        const gone = new AbortController();
        const asked = post({ ...body, stream }, { signal: gone.signal });
        const company = chat({ temperature: 0, max_tokens: 300, seed: 1 });
        if (stream) {
          const reader = (await asked).body!.getReader();
          while (numTokens < 80) await reader.read();
          gone.abort();
          await assertRejects(() => reader.read());
        } else {
          while (numTokens < 80) await pause(1);
          gone.abort();
          await assertRejects(() => asked);
        }
        await company; // others are answered to the end
        await chat({ temperature: 0, max_tokens: 1 }); // comes after all of it
        assert(numTokens < MAX_TOKENS, `${numTokens} of ${8 * MAX_TOKENS} tokens were sampled`);
      }
      // The last one is left to the shutdown, behind which no tensor may be there any more.
      const response = await post({ ...body, stream: true });
      const reader = response.body!.getReader();
      const numBefore = numTokens;
      while (numTokens < numBefore + 80) await reader.read();
      await server.shutdown(0);
      await reader.cancel();
    },
  );
  decoder.dispose();
  assertEquals(tf.memory().numTensors, before);
});
