import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runDiscussions } from "../../lib/discussion/mod.ts";
import { ChatServer, chooseModel, RemoteAgent, RemoteError } from "../../lib/remote/mod.ts";
import { PolicyAgent } from "../../lib/rl/mod.ts";
import { options } from "../discussion/fixtures.ts";
import { baseModel, withServer } from "../serving/served.ts";
import { startTestDevice } from "../support/device.ts";
import { KEY, random } from "./fake_server.ts";

await startTestDevice();
const served = await baseModel();

Deno.test("a model behind our own server says what it says here, at the same length", () =>
  withServer(served, { apiKey: KEY }, async ({ server: { url } }) => {
    const server = new ChatServer({ address: `${url}/v1`, apiKey: KEY });
    const model = await chooseModel(server, null, { random: random() });
    const sampling = { maxNewTokens: 40, temperature: 0, topK: 0, topP: 1 };
    const remote = new RemoteAgent({ server, model, sampling, logprobs: true });
    const local = new PolicyAgent({ model: served.model, sampling, maxRows: 64 });
    const hold = (agent: RemoteAgent | PolicyAgent) =>
      runDiscussions(options({ agents: [agent, agent], numTurns: 2 }));
    const [expected, actual] = [await hold(local), await hold(remote)];
    const said = (discussions: typeof actual) =>
      discussions.flatMap(({ answersTA }) =>
        answersTA.flat().map(({ text, finished, answer, cost }) => ({
          ...{ text, finished, answer },
          ...{ prompt: cost.promptTokens, length: cost.newTokens },
        }))
      );
    assertEquals(said(actual), said(expected));
    for (const { logProbs, tokens, model } of actual.flatMap(({ answersTA }) => answersTA.flat())) {
      assertEquals([tokens, model], [null, "base"]);
      assert(logProbs!.length > 0 && logProbs!.every((logProb) => logProb <= 0));
    }
  }));

Deno.test("what our own server refuses is named: a wrong key, a model that is not there, a field", () =>
  withServer(served, { apiKey: KEY }, async ({ server: { url } }) => {
    const ask = (apiKey: string, body: { model: string; top_k?: number }) =>
      assertRejects(
        () =>
          new ChatServer({ address: `${url}/v1`, apiKey }).complete({
            messages: [{ role: "user", content: "Max has 35 nuts ." }],
            ...{ max_tokens: 5, temperature: 1, top_p: 1, seed: 0, ...body },
          }, { random: random() }),
        RemoteError,
      );
    assertEquals((await ask("wrong", { model: "base" })).kind, "unauthorized");
    assertEquals((await ask(KEY, { model: "gpt" })).kind, "not_found");
    const field = await ask(KEY, { model: "base", top_k: 3 });
    assertEquals([field.kind, field.status], ["refused", 400]);
    assertStringIncludes(field.message, "top_k");
  }));
