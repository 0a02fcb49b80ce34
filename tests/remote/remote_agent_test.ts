import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { type AgentRequest, runDiscussions, ScriptedAgent } from "../../lib/discussion/mod.ts";
import { RemoteAgent, RemoteError } from "../../lib/remote/mod.ts";
import { options } from "../discussion/fixtures.ts";
import { completion, fakeServer, refusal } from "./fake_server.ts";

const sampling = { maxNewTokens: 12, temperature: 0.7, topP: 0.9, topK: 40, stop: ["END"] };

const requests = (count: number): AgentRequest[] =>
  Array.from({ length: count }, (_, i) => ({
    messages: [{ role: "user", content: `question ${i}` }],
    turn: 0,
    agent: 0,
    sample: 0,
    random: Random.fromSeed(5).split(i).state(),
  }));

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

Deno.test("RemoteAgent sends how it samples, and gives texts with what they cost and no token", async () => {
  await using there = fakeServer(() => completion("\\boxed{7}"));
  const server = there.connect();
  const agent = new RemoteAgent({ server, model: "llama", sampling, logprobs: true });
  const [answer] = await agent.respond(requests(1));
  const { seed, ...body } = there.asked[0]!.body;
  assertEquals(body, {
    model: "llama",
    messages: [{ role: "user", content: "question 0" }],
    max_tokens: 12,
    temperature: 0.7,
    top_p: 0.9,
    top_k: 40,
    stop: ["END"],
    logprobs: true,
  });
  assert(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31);
  const { seconds, ...cost } = answer!.cost;
  assert(seconds > 0);
  assertEquals({ ...answer, cost }, {
    promptTokens: null,
    tokens: null,
    logProbs: null,
    text: "\\boxed{7}",
    finished: true,
    model: "llama",
    version: 0,
    cost: {
      promptTokens: 7,
      computedTokens: 7,
      paddedTokens: 0,
      reusedTokens: 0,
      newTokens: 3,
      draftTokens: 0,
      acceptedTokens: 0,
    },
  });
  assertEquals(agent.name, `llama at ${there.address}`);
});

Deno.test("RemoteAgent gives every answer the seed of its stream, whoever is asked beside it", async () => {
  await using there = fakeServer(({ body }) => completion(String(body.seed)));
  const seedsOf = async (asked: AgentRequest[], maxConcurrency: number) => {
    const agent = new RemoteAgent({
      ...{ server: there.connect(), model: "llama", maxConcurrency },
      sampling: { maxNewTokens: 3, temperature: 1 },
    });
    return (await agent.respond(asked)).map(({ text }) => text);
  };
  const all = await seedsOf(requests(6), 6);
  assertEquals(new Set(all).size, 6);
  assertEquals(await seedsOf(requests(6).slice(2), 1), all.slice(2));
  const { top_k, stop, logprobs, top_p } = there.asked[0]!.body;
  assertEquals([top_k, stop, logprobs, top_p], [undefined, undefined, undefined, 1]);
});

Deno.test("RemoteAgent never has more requests under way than it may, and uses all of them", async () => {
  let [now, most] = [0, 0];
  await using there = fakeServer(async ({ body }) => {
    most = Math.max(most, ++now);
    await pause(20);
    now--;
    return completion(body.messages[0].content);
  });
  const agent = new RemoteAgent({
    server: there.connect(),
    model: "llama",
    sampling,
    maxConcurrency: 3,
  });
  const answers = await agent.respond(requests(11));
  assertEquals(answers.map(({ text }) => text), requests(11).map((r) => r.messages[0]!.content));
  assertEquals(most, 3);
});

Deno.test("RemoteAgent gives up the other requests when one fails for good", async () => {
  const over = Promise.withResolvers<Response>();
  await using there = fakeServer(({ body }) =>
    body.messages[0].content === "question 1" ? refusal(401, "who are you") : over.promise
  );
  const agent = new RemoteAgent({
    server: there.connect(),
    model: "llama",
    sampling,
    maxConcurrency: 2,
  });
  const start = performance.now();
  const error = await assertRejects(() => agent.respond(requests(6)), RemoteError);
  assertEquals(error.kind, "unauthorized");
  assert(performance.now() - start < 5000);
  over.resolve(completion("late"));
  assertEquals(there.asked.length, 2);
});

Deno.test("RemoteAgent takes a prompt that has grown too long as an empty answer, unless all have", async () => {
  const tooLong = () => refusal(400, "This model's maximum context length is 10 tokens");
  await using there = fakeServer(({ body }) =>
    body.messages[0].content === "question 1" ? tooLong() : completion("fine")
  );
  const agent = new RemoteAgent({ server: there.connect(), model: "llama", sampling });
  const answers = await agent.respond(requests(3));
  assertEquals(answers.map(({ text, finished }) => [text, finished]), [
    ["fine", true],
    ["", false],
    ["fine", true],
  ]);
  const error = await assertRejects(() => agent.respond(requests(2).slice(1)), RemoteError);
  assertEquals(error.kind, "too_long");
});

Deno.test("RemoteAgent ends with its signal's reason", async () => {
  const controller = new AbortController();
  const over = Promise.withResolvers<Response>();
  await using there = fakeServer(() => {
    setTimeout(() => controller.abort(new DOMException("stop", "AbortError")), 10);
    return over.promise;
  });
  const agent = new RemoteAgent({
    ...{ server: there.connect(), model: "llama", sampling },
    signal: controller.signal,
  });
  await assertRejects(() => agent.respond(requests(2)), DOMException, "stop");
  over.resolve(completion("late"));
});

Deno.test("a model behind a server discusses with an agent of this process; each reads the other", async () => {
  await using there = fakeServer(({ body }) => completion(`\\boxed{${body.messages.length}}`));
  const remote = new RemoteAgent({ server: there.connect(), model: "llama", sampling });
  const local = new ScriptedAgent(({ messages }) =>
    messages.at(-1)!.content.includes("\\boxed{1}") ? "\\boxed{5}" : "\\boxed{4}"
  );
  const [discussion] = await runDiscussions(options({ agents: [remote, local], numTurns: 2 }));
  assertEquals(discussion!.answersTA.map((answers) => answers.map(({ answer }) => answer)), [
    ["1", "4"],
    ["3", "5"],
  ]);
  assertEquals(structuredClone(discussion), discussion);
});
