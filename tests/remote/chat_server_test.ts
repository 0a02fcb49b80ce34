import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { ChatServer, RemoteError, type RemoteErrorKind } from "../../lib/remote/mod.ts";
import {
  type Answering,
  BODY,
  completion,
  fakeServer,
  KEY,
  random,
  refusal,
} from "./fake_server.ts";

/** Asks a server that answers so, which must fail; the error and the number of requests. */
async function failed(
  answer: Answering,
  options: ConstructorParameters<typeof ChatServer>[0] | object = {},
): Promise<{ error: RemoteError; count: number; address: string }> {
  await using there = fakeServer(answer);
  const server = there.connect({ apiKey: KEY, maxRetries: 2, ...options });
  const error = await assertRejects(() => server.complete(BODY, { random: random() }), RemoteError);
  const { address, asked } = there;
  // Nothing of it may hold the key, its cause and its fields included.
  assert(!Deno.inspect(error, { depth: 9, showHidden: true }).includes(KEY), error.message);
  assertStringIncludes(error.message, `llama at ${address}`);
  assertEquals([error.thing, error.name], [address, "RemoteError"]);
  assert(error.remedy !== undefined && error.remedy !== "");
  return { error, count: asked.length, address };
}

Deno.test("ChatServer reads text, end, log-probabilities and usage, and sends the key alone where it belongs", async () => {
  const logprobs = { content: [{ token: "a", logprob: -0.5 }, { token: "b", logprob: -2 }] };
  const usage = {
    ...{ prompt_tokens: 9, completion_tokens: 2 },
    prompt_tokens_details: { cached_tokens: 4 },
  };
  await using there = fakeServer(() =>
    completion("ab", { usage }, { logprobs, finish_reason: "length" })
  );
  const reply = await there.connect({ apiKey: KEY }).complete(BODY, { random: random() });
  assertEquals(reply, {
    text: "ab",
    finished: false,
    logProbs: Float32Array.of(-0.5, -2),
    usage: { promptTokens: 9, cachedTokens: 4, newTokens: 2 },
  });
  await there.connect().complete(BODY, { random: random() });
  const [first, second] = there.asked;
  assertEquals([first!.path, first!.body], ["/v1/chat/completions", BODY]);
  assertEquals(first!.headers.get("authorization"), `Bearer ${KEY}`);
  assertEquals(second!.headers.get("authorization"), null);
});

Deno.test("ChatServer takes what a model writes as data: nothing, or an answer that was cut", async () => {
  const replies: [Response, string, boolean][] = [
    [completion(null), "", true],
    [completion(""), "", true],
    [completion(undefined), "", true],
    [completion("half", {}, { finish_reason: "content_filter" }), "half", false],
    [completion("no reason", {}, { finish_reason: null }), "no reason", true],
  ];
  await using there = fakeServer((_, index) => replies[index]![0]);
  const server = there.connect();
  for (const [, text, finished] of replies) {
    const reply = await server.complete(BODY, { random: random() });
    assertEquals([reply.text, reply.finished, reply.logProbs], [text, finished, null]);
  }
});

Deno.test("ChatServer leaves out what a server tells wrongly beside the answer", async () => {
  const odd = { usage: { prompt_tokens: -1, completion_tokens: "many" } };
  await using there = fakeServer((_, index) =>
    index === 0
      ? completion("7", odd, { logprobs: { content: [{ logprob: null }] } })
      : completion("7", { usage: undefined })
  );
  for (let i = 0; i < 2; i++) {
    const { text, logProbs, usage } = await there.connect().complete(BODY, { random: random() });
    assertEquals([text, logProbs], ["7", null]);
    assertEquals(usage, { promptTokens: 0, cachedTokens: 0, newTokens: 0 });
  }
});

Deno.test("ChatServer asks again after 429, 5xx and a cut connection, and not too early", async () => {
  const cut = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"choices": ['));
          setTimeout(() => controller.error(new Error("cut")), 5);
        },
      }),
      { headers: { "content-type": "application/json" } },
    );
  const replies = [
    () => refusal(429, "slow down", { "retry-after": "0.2" }),
    () => refusal(503, "loading the model"),
    cut,
    () => completion("7"),
  ];
  await using there = fakeServer((_, index) => replies[index]!());
  const start = performance.now();
  const { text } = await there.connect().complete(BODY, { random: random() });
  assertEquals([text, there.asked.length], ["7", 4]);
  assert(performance.now() - start >= 200, "Retry-After is obeyed");
});

Deno.test("ChatServer gives each failure its error, after as many tries as may help", async () => {
  const cases: [number, string, RemoteErrorKind, number][] = [
    [401, `Incorrect API key provided: ${KEY}`, "unauthorized", 1],
    [403, "no", "unauthorized", 1],
    [404, "The model `llama` does not exist", "not_found", 1],
    [429, "slow down", "rate_limited", 3],
    [500, "broken", "failing", 3],
    [503, "loading", "failing", 3],
    [400, "This model's maximum context length is 10 tokens", "too_long", 1],
    [422, "top_k: extra fields", "refused", 1],
    [302, "elsewhere", "refused", 1],
  ];
  for (const [status, message, kind, count] of cases) {
    const got = await failed(() => refusal(status, message, { location: "http://127.0.0.1:9/" }));
    assertEquals([got.error.kind, got.error.status, got.count], [kind, status, count], message);
    assertStringIncludes(got.error.message, `status ${status}${count > 1 ? " (3 tries)" : ""}: `);
    assertStringIncludes(got.error.message, message.replace(KEY, "***"));
  }
});

Deno.test("ChatServer says what came where it is no reply of the protocol", async () => {
  const json = { "content-type": "application/json" };
  const replies: [() => Response, RegExp][] = [
    [() => new Response("{garbage", { headers: json }), /JSON/],
    [() => new Response("<html>", { headers: { "content-type": "text/html" } }), /<html>/],
    [() => new Response(null, { status: 204 }), /the reply/],
    [() => new Response("", { headers: json }), /the reply/],
    [() => Response.json([]), /the reply/],
    [() => completion("7", { choices: [] }), /choices/],
    [() => completion([{ type: "text", text: "7" }]), /choices\.0\.message\.content/],
    [() => completion("7".repeat(5000)), /longer than 1000 bytes/],
    [() => completion(KEY, { choices: KEY }), /\*\*\*/],
  ];
  for (const [reply, words] of replies) {
    const { error, count } = await failed(reply, { maxReplyBytes: 1000 });
    assertEquals([error.kind, count], ["malformed", 1], error.message);
    assertMatch(error.message, words);
    assert(error.message.length < 800, error.message);
  }
});

Deno.test("ChatServer gives up a reply that does not come, or does not end, in time", async () => {
  for (const hasBegun of [false, true]) {
    const over = Promise.withResolvers<void>();
    const endless = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"choices": [')),
      });
    const { error, count } = await failed(
      async () => {
        if (hasBegun) {
          return new Response(endless(), { headers: { "content-type": "application/json" } });
        }
        await Promise.race([over.promise, new Promise((wake) => setTimeout(wake, 2000))]);
        return completion("late");
      },
      { timeoutSeconds: 0.15, maxRetries: 1 },
    ).finally(over.resolve);
    assertEquals([error.kind, count], ["timeout", 2]);
    assertStringIncludes(error.message, "within 0.15 s (2 tries)");
  }
});

Deno.test("ChatServer names an address where nobody answers, or that may not be asked", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const ask = (address: string) =>
    assertRejects(
      () =>
        new ChatServer({ address, maxRetries: 1, firstDelay: 0.001 }).models({ random: random() }),
      RemoteError,
    );
  const gone = await ask(`http://127.0.0.1:${port}/v1`);
  assertEquals(gone.kind, "unreachable");
  assertMatch(
    gone.message,
    /Cannot ask http:\/\/127\.0\.0\.1:\d+\/v1 as .+\(2 tries\): .*refused/i,
  );
  const denied = await ask("http://model.example:8000/v1");
  assertEquals(denied.kind, "not_permitted");
  assertStringIncludes(denied.message, "--allow-net=model.example:8000");
  const local = await ask("http://localhost:8000/v1");
  assertStringIncludes(local.message, "deno task remote");
});

Deno.test("ChatServer stops waiting when it is told to, between tries as well", async () => {
  for (const status of [200, 500]) {
    const controller = new AbortController();
    const over = Promise.withResolvers<Response>();
    await using there = fakeServer(() => {
      setTimeout(() => controller.abort(new Error("enough")), 20);
      return status === 200 ? over.promise : refusal(500, "broken");
    });
    const server = there.connect({ firstDelay: 60 });
    const { signal } = controller;
    await assertRejects(() => server.complete(BODY, { random: random(), signal }), Error, "enough");
    over.resolve(completion("late"));
    assertEquals(there.asked.length, 1);
  }
});

Deno.test("ChatServer leaves out the key where a server says it back, but no short word", async () => {
  await using there = fakeServer(() => completion(`${KEY} and EMPTY`));
  const textOf = async (apiKey: string) =>
    (await there.connect({ apiKey }).complete(BODY, { random: random() })).text;
  assertEquals(await textOf(KEY), "*** and EMPTY");
  assertEquals(await textOf("EMPTY"), `${KEY} and EMPTY`);
});

Deno.test("ChatServer refuses what is no address, and shows no key that stands in one", () => {
  for (
    const address of [
      "localhost:8000/v1",
      "ftp://host/v1",
      "v1",
      `http://me:${KEY}@host/v1`,
      `http://host/v1?key=${KEY}`,
    ]
  ) {
    try {
      new ChatServer({ address });
      throw new Error(`${address} was taken`);
    } catch (error) {
      assert(error instanceof ConfigError, String(error));
      assertStringIncludes(error.message, "Cannot use the address");
      assert(!error.message.includes(KEY), error.message);
    }
  }
});

Deno.test("ChatServer takes no log-probability that cannot be one", async () => {
  const logProbsOf = async (...values: number[]) => {
    await using there = fakeServer(() =>
      completion("7", {}, { logprobs: { content: values.map((logprob) => ({ logprob })) } })
    );
    const { logProbs } = await there.connect().complete(BODY, { random: random() });
    return logProbs === null ? null : [...logProbs];
  };
  assertEquals(await logProbsOf(-0.5, 0, -9999), [-0.5, 0, -9999]);
  assertEquals(await logProbsOf(-0.5, 1e-6), [-0.5, 0]); // rounding
  for (const wrong of [7, 1e39, -1e39]) assertEquals(await logProbsOf(-0.5, wrong), null);
});
