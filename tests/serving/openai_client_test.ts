import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { startTestDevice } from "../support/device.ts";
import { baseModel, busyVerifier, QUESTION, type TestServer, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();

const clientOf = ({ server }: TestServer, apiKey = "none") =>
  new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });

Deno.test("OpenAI's client reads answers, streams and the list of models", () =>
  withServer(served, {}, async (server) => {
    const client = clientOf(server);
    const models = await Array.fromAsync(client.models.list());
    assertEquals(models.map(({ id }) => id), ["base"]);
    assertEquals((await client.models.retrieve("base")).owned_by, "maporl");
    const body = { model: "base", messages: [QUESTION], seed: 4, max_completion_tokens: 40, n: 2 };
    const answer = await client.chat.completions.create({ ...body, logprobs: true });
    assertEquals(answer.object, "chat.completion");
    assertEquals(answer.choices.map(({ index }) => index), [0, 1]);
    assert(answer.choices[0]!.logprobs!.content!.every(({ logprob }) => logprob <= 0));
    assert(answer.usage!.completion_tokens > 0);
    const stream = await client.chat.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    const texts = ["", ""];
    let usage: unknown;
    for await (const chunk of stream) {
      for (const { index, delta } of chunk.choices) texts[index] += delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assertEquals(texts, answer.choices.map(({ message }) => message.content!));
    assertEquals(usage, answer.usage);
    // What the client makes of a stream itself.
    const run = client.chat.completions.stream(body);
    const final = await run.finalChatCompletion();
    assertEquals(
      final.choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
      answer.choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
    );
    // An answer goes back as it came.
    const messages = [QUESTION, answer.choices[0]!.message, QUESTION];
    const second = await client.chat.completions.create({ model: "base", messages, max_tokens: 5 });
    assert(second.usage!.prompt_tokens > answer.usage!.prompt_tokens);
  }));

Deno.test("OpenAI's client throws the error of each refusal", async () => {
  const { verifier, release } = busyVerifier(served.model);
  const options = { apiKey: "right", maxWaiting: 1 };
  await withServer({ ...served, verifier }, options, async (server) => {
    const client = clientOf(server, "right");
    const body = { model: "base", messages: [QUESTION], max_tokens: 5 };
    const create = (extra: object) => client.chat.completions.create({ ...body, ...extra });
    const long = [{ role: "user", content: "Max ".repeat(1100) }];
    const bad = await assertRejects(() => create({ messages: long }), BadRequestError);
    assertEquals([bad.code, bad.param], ["context_length_exceeded", "messages"]);
    const unknown = await assertRejects(() => create({ logit_bias: { 5: 1 } }), BadRequestError);
    assertEquals([unknown.code, unknown.param], ["unsupported_parameter", "logit_bias"]);
    const none = await assertRejects(() => create({ model: "gpt" }), NotFoundError);
    assertEquals(none.code, "model_not_found");
    await assertRejects(() => client.models.retrieve("gpt"), NotFoundError);
    const wrong = async () => await clientOf(server, "wrong").models.list();
    assertEquals((await assertRejects(wrong, AuthenticationError)).code, "invalid_api_key");

    const scored = server.score(1);
    const waiting = create({});
    await server.untilWaiting(1);
    const full = await assertRejects(() => create({}), RateLimitError);
    assertEquals(full.code, "queue_full");
    assert(Number(full.headers.get("retry-after")) >= 1);
    release();
    assertEquals(await (await scored).json(), { scores: [0.5] });
    assertEquals((await waiting).object, "chat.completion");
    await server.server.shutdown(0);
    await assertRejects(() => create({}), APIConnectionError);
  });
});
