import { assert, assertEquals } from "@std/assert";
import { type BatchLimits, joinsChats } from "../../lib/serving/answer_chats.ts";
import { ChatWork, type ChatWorkOptions } from "../../lib/serving/chat_work.ts";
import { startTestDevice } from "../support/device.ts";
import { baseModel, busyVerifier, pause, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();
const { decoder } = served.model;

/** Counts how many prompts the model reads at once, until it is asked. */
function countPrompts(): { most(): number } {
  const { forward } = decoder;
  let most = 0;
  decoder.forward = (ids, options) => {
    // Later passes read a row for each draft as well.
    if (options.slots === undefined) most = Math.max(most, options.numRows);
    return forward.call(decoder, ids, options);
  };
  return {
    most() {
      decoder.forward = forward;
      return most;
    },
  };
}

Deno.test("chats that wait and are sampled alike are answered together, others after them", async () => {
  const { verifier, release, numCalls } = busyVerifier(served.model);
  const prompts = countPrompts();
  await withServer({ ...served, verifier }, {}, async ({ chat, score, untilWaiting }) => {
    const first = score(1);
    while (numCalls() === 0) await pause(5);
    const asked = [
      chat({ seed: 1, max_tokens: 3 }),
      chat({ seed: 2, max_tokens: 9 }),
      chat({ seed: 3, max_tokens: 3, temperature: 0.5 }),
      chat({ seed: 4, max_tokens: 6, n: 2 }),
    ];
    await untilWaiting(4);
    release();
    await (await first).body?.cancel();
    for (const [i, answer] of (await Promise.all(asked)).entries()) {
      assert(answer.usage.completion_tokens <= [3, 9, 3, 12][i]!, "each has its own length");
    }
  });
  assertEquals(prompts.most(), 4); // three chats with one, one and two answers
});

Deno.test("answers for which there is no memory at once are sampled one after the other", async () => {
  const prompts = countPrompts();
  await withServer(served, { maxBatchTokens: 60 }, async ({ chat }) => {
    const whole = await chat({ seed: 1, max_tokens: 20, n: 5 }); // 27 tokens each
    assertEquals(whole.choices.length, 5);
  });
  assertEquals(prompts.most(), 2);
});

Deno.test("joinsChats() wants the same sampling, and room in rows and positions", () => {
  const chat = (changes: { request?: object; promptLength?: number; maxTokens?: number } = {}) => {
    const { request = {}, promptLength = 10, maxTokens = 5 } = changes;
    const options: ChatWorkOptions = {
      request: { temperature: 1, topP: 1, n: 1, stop: [], logprobs: false, ...request },
      prompt: new Int32Array(promptLength),
      maxTokens,
      seed: 0,
      model: served.model,
      signal: new AbortController().signal,
      onPiece: () => {},
    };
    return new ChatWork(options);
  };
  const limits: BatchLimits = { maxRows: 3, maxPositions: 20, maxBatchTokens: 48 };
  const joins = (...chats: ChatWork[]) => joinsChats(chats.slice(0, -1), chats.at(-1)!, limits);
  assertEquals(joins(chat(), chat()), true);
  assertEquals(joins(chat(), chat({ request: { stop: ["a"] } })), true);
  assertEquals(joins(chat(), chat({ request: { temperature: 0.5 } })), false);
  assertEquals(joins(chat(), chat({ request: { topP: 0.5 } })), false);
  assertEquals(joins(chat(), chat({ request: { n: 2 } })), true);
  assertEquals(joins(chat(), chat(), chat({ request: { n: 2 } })), false); // four rows
  assertEquals(joins(chat(), chat({ maxTokens: 10 })), true);
  assertEquals(joins(chat(), chat({ maxTokens: 11 })), false); // there is room for 10 and 11 nowhere
  const small = chat({ promptLength: 11 }); // 16 tokens each
  assertEquals(joins(small, small, small), true);
  assertEquals(joins(small, small, chat({ promptLength: 12 })), false); // 3 times 17
  assertEquals(joins(chat({ promptLength: 16, maxTokens: 4 }), chat()), false); // 16 and 5
});
