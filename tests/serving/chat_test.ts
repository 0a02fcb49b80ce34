import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import { tinyAdapter } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { baseModel, QUESTION, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();
const { decoder, tokenizer, template } = served.model;

/** The answer that `generate()` gives itself. */
async function sampled(seed: number, options: { maxNewTokens: number; temperature?: number }) {
  const prompt = encodeChat(tokenizer, template, [QUESTION], { addGenerationPrompt: true });
  const randoms = [Random.fromSeed(seed).split("choice", 0)];
  const [answer] = await generate(decoder, [prompt], {
    temperature: 1,
    topK: 0,
    topP: 1,
    randoms,
    ...options,
  });
  return { ...answer!, prompt, text: tokenizer.decode(answer!.tokens) };
}

Deno.test("a chat completion is what generate() samples for the chat, with its counts", () =>
  withServer(served, {}, async ({ chat }) => {
    const reasons = new Set<string>();
    for (const [seed, max_tokens] of [[1, 4], [2, 200], [3, 200]] as const) {
      const answer = await chat({ seed, max_tokens, logprobs: true });
      const expected = await sampled(seed, { maxNewTokens: max_tokens });
      const [{ message, finish_reason, logprobs }] = answer.choices;
      assertEquals(message, { role: "assistant", content: expected.text, refusal: null });
      assertEquals(finish_reason, expected.finished ? "stop" : "length");
      assertEquals(answer.usage, {
        prompt_tokens: expected.prompt.length,
        completion_tokens: expected.tokens.length,
        total_tokens: expected.prompt.length + expected.tokens.length,
      });
      const numShown = expected.tokens.length - (expected.finished ? 1 : 0);
      assertEquals(logprobs.content.length, numShown);
      for (const [i, { token, logprob }] of logprobs.content.entries()) {
        assertEquals(token, tokenizer.decode([expected.tokens[i]!]));
        assertAlmostEquals(logprob, expected.logProbs[i]!, 1e-4);
      }
      reasons.add(finish_reason);
    }
    assertEquals([...reasons].sort(), ["length", "stop"]);
  }));

Deno.test("the text of a stream is that of one response with the same seed, whatever is asked", () =>
  withServer(served, {}, async ({ chat, stream }) => {
    const { choices: [{ message: { content } }] } = await chat({ seed: 4, max_tokens: 60 });
    const word = content.split(" ").at(-3)!;
    const bodies: object[] = [
      {},
      { temperature: 0 },
      { n: 3, top_p: 0.9 },
      { stop: word },
      { stop: [". ", word], n: 2, logprobs: true },
      { max_tokens: 3, max_completion_tokens: 3 },
    ];
    for (const extra of bodies) {
      const body = { seed: 4, max_tokens: 60, ...extra };
      const whole = await chat(body);
      const { texts, chunks, isDone } = await stream({
        ...body,
        stream_options: { include_usage: true },
      });
      // deno-lint-ignore no-explicit-any
      const choices: any[] = whole.choices;
      assertEquals(texts, choices.map(({ message }) => message.content));
      assert(isDone);
      const ends = chunks.flatMap((chunk) => chunk.choices)
        .filter(({ finish_reason }) => finish_reason !== null);
      assertEquals(ends.length, choices.length);
      for (const { index, finish_reason } of ends) {
        assertEquals(finish_reason, choices[index].finish_reason);
      }
      assertEquals(chunks.at(-1).usage, whole.usage);
      assertEquals(chunks.at(-1).choices, []);
      assert(chunks.slice(0, -1).every(({ usage }) => usage === null));
      for (const [index, { logprobs }] of choices.entries()) {
        if (logprobs === null) continue;
        const own = chunks.flatMap((chunk) => chunk.choices)
          .filter((choice) => choice.index === index && choice.logprobs !== null)
          .flatMap((choice) => choice.logprobs.content);
        assertEquals(
          own.map(({ token }) => token),
          logprobs.content.map(({ token }: { token: string }) => token),
        );
      }
    }
    const many = await stream({ seed: 4, max_tokens: 60 });
    assert(many.chunks.length > 3, "the text comes in pieces");
    assert(many.chunks.every((chunk) => !("usage" in chunk)));
  }));

Deno.test("an answer ends before a stop, and says so", () =>
  withServer(served, {}, async ({ chat }) => {
    const { choices: [{ message: { content } }], usage } = await chat({ seed: 4, max_tokens: 60 });
    const stop = content.split(" ").slice(3, 5).join(" ");
    const cut = await chat({ seed: 4, max_tokens: 60, stop });
    assertEquals(cut.choices[0].message.content, content.slice(0, content.indexOf(stop)));
    assertEquals(cut.choices[0].finish_reason, "stop");
    assert(cut.usage.completion_tokens < usage.completion_tokens, "nothing is sampled behind it");
  }));

Deno.test("a seed gives the same answer in any company, no seed another one each time", () =>
  withServer(served, { maxRows: 8 }, async ({ chat }) => {
    const alone = await chat({ seed: 5, max_tokens: 30 });
    const together = await Promise.all([
      chat({ seed: 6, max_tokens: 40 }),
      chat({ seed: 5, max_tokens: 30 }),
      chat({ seed: 5, max_tokens: 10, temperature: 0.5 }),
      chat({ seed: 5, n: 2, max_tokens: 30 }),
    ]);
    const textOf = (answer: typeof alone, choice = 0) => answer.choices[choice].message.content;
    assertEquals(textOf(together[1]), textOf(alone));
    assertEquals(textOf(together[3]), textOf(alone));
    assert(textOf(together[3], 1) !== textOf(alone));
    const free = await Promise.all([1, 2, 3].map(() => chat({ max_tokens: 40, temperature: 2 })));
    assert(new Set(free.map((answer) => textOf(answer))).size > 1);
  }));

Deno.test("an adapter is what answers", async () => {
  const adapter = tinyAdapter(decoder.config);
  await withServer({ ...served, adapter }, {}, async ({ chat }) => {
    const answer = await chat({ seed: 1, max_tokens: 20, temperature: 0 });
    const plain = await sampled(1, { maxNewTokens: 20, temperature: 0 });
    assert(answer.choices[0].message.content !== plain.text);
  });
  adapter.dispose();
});

Deno.test("content may be parts, and harmless fields are ignored", () =>
  withServer(served, {}, async ({ chat }) => {
    const plain = await chat({ seed: 1, max_tokens: 10 });
    const parts = [{ type: "text", text: "Max has" }, { type: "text", text: " 35 nuts ." }];
    const dressed = await chat({
      seed: 1,
      max_tokens: 10,
      messages: [{ role: "user", content: parts, name: null }],
      user: "me",
      metadata: { a: "b" },
      frequency_penalty: 0,
      logit_bias: {},
      tools: [],
      response_format: { type: "text" },
      top_p: null,
    });
    assertEquals(dressed.choices, plain.choices);
  }));

Deno.test("what an answer cannot follow is refused by name", () =>
  withServer(served, {}, async ({ post }) => {
    const chat = { model: "base", messages: [QUESTION] };
    const cases: [object, number, string, string | null][] = [
      [{ ...chat, frequency_penalty: 0.5 }, 400, "unsupported_parameter", "frequency_penalty"],
      [{ ...chat, tools: [{ type: "function" }] }, 400, "unsupported_parameter", "tools"],
      [{ ...chat, top_k: 5 }, 400, "unsupported_parameter", "top_k"],
      [{ ...chat, top_logprobs: 2 }, 400, "unsupported_parameter", "top_logprobs"],
      [{ ...chat, temperature: 2.5 }, 400, "invalid_value", "temperature"],
      [{ ...chat, temperature: 1e-5 }, 400, "invalid_value", "temperature"],
      [{ ...chat, top_p: 0 }, 400, "invalid_value", "top_p"],
      [{ ...chat, n: 9 }, 400, "invalid_value", "n"],
      [{ ...chat, max_tokens: 2000 }, 400, "invalid_value", "max_tokens"],
      [{ ...chat, max_tokens: 2, max_completion_tokens: 3 }, 400, "invalid_value", "max_tokens"],
      [{ ...chat, stop: ["", "a"] }, 400, "invalid_value", "stop[0]"],
      [
        { ...chat, stream_options: { include_usage: true } },
        400,
        "invalid_value",
        "stream_options",
      ],
      [{ model: "base" }, 400, "missing_required_parameter", "messages"],
      [{ ...chat, model: "other" }, 404, "model_not_found", "model"],
      [{ ...chat, messages: [] }, 400, "invalid_value", "messages"],
      [
        { ...chat, messages: [{ role: "tool", content: "a" }] },
        400,
        "invalid_value",
        "messages[0].role",
      ],
      [
        { ...chat, messages: [{ role: "user", content: "a", name: "b" }] },
        400,
        "unsupported_parameter",
        "messages[0].name",
      ],
      [
        { ...chat, messages: [{ role: "user", content: [{ type: "image_url" }] }] },
        400,
        "invalid_value",
        "messages[0].content",
      ],
      [
        { ...chat, messages: [{ role: "user", content: "a \ud800" }] },
        400,
        "invalid_value",
        "messages[0].content",
      ],
    ];
    for (const [body, status, code, param] of cases) {
      const response = await post(body);
      const { error } = await response.json();
      assertEquals(
        [response.status, error.code, error.param],
        [status, code, param],
        error.message,
      );
      assertEquals(error.type, "invalid_request_error");
    }
  }));

Deno.test("a template that refuses a chat, unknown words and long chats are refused with their reason", () =>
  withServer(served, {}, async ({ post }) => {
    const cases: [object, string, string][] = [
      [
        { messages: [{ role: "system", content: "Max" }, QUESTION] },
        "template_refused",
        "the small world has no system messages",
      ],
      [
        { messages: [{ role: "user", content: "quantum" }] },
        "unknown_words",
        '"quantum" is not in',
      ],
      [
        { messages: [{ role: "user", content: "Max ".repeat(1000) }], max_tokens: 100 },
        "context_length_exceeded",
        "the model's 1024 positions: the prompt has 1002 tokens, and max_tokens is 100",
      ],
      [
        // Not cut into tokens, which would take seconds.
        { messages: [QUESTION, { role: "assistant", content: "a".repeat(500_000) }, QUESTION] },
        "context_length_exceeded",
        "it has 500034 characters, more than 16 for each",
      ],
    ];
    for (const [body, code, words] of cases) {
      const response = await post({ model: "base", ...body });
      const { error } = await response.json();
      assertEquals([response.status, error.code], [400, code], error.message);
      assertStringIncludes(error.message, words);
    }
    const deaf = {
      ...served,
      model: {
        ...served.model,
        template: {
          // Leaves out system messages, as some do.
          render: (messages: readonly { role: string; content: string }[]) =>
            messages.filter(({ role }) => role !== "system").map(({ content }) => content).join(
              " ",
            ),
        },
      },
    };
    await withServer(deaf, {}, async ({ post }) => {
      const messages = [{ role: "system", content: "35 ." }, { role: "user", content: "Max" }];
      const response = await post({ model: "base", messages });
      const { error } = await response.json();
      assertEquals([response.status, error.param], [400, "messages[0]"]);
      assertStringIncludes(error.message, "leaves out or changes messages[0], of the system");
    });
  }));
