import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { startServer } from "../../lib/serving/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { baseModel, busyVerifier, pause, QUESTION, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();
const chat = { model: "base", messages: [QUESTION], max_tokens: 5 };

/** Sends bytes as they are, and gives what comes back until the other side ends. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(text));
  let answer = "";
  const buffer = new Uint8Array(4096);
  for (let count; (count = await connection.read(buffer)) !== null;) {
    answer += new TextDecoder().decode(buffer.subarray(0, count));
    if (answer.includes("}}")) break;
  }
  return answer;
}

Deno.test("routes that are not there, other types and large bodies are refused as JSON", () =>
  withServer(served, { maxBodyBytes: 1000 }, async ({ server, post }) => {
    const large = JSON.stringify({ ...chat, user: "x".repeat(2000) });
    const pieces = new Blob([large]).stream(); // of no length that is known before
    const cases: [Promise<Response>, number, string][] = [
      [fetch(`${server.url}/v1/completions`), 404, "unknown_url"],
      [fetch(`${server.url}/v1/chat/completions`), 404, "unknown_url"],
      [post({ items: [] }, { path: "/score" }), 404, "unknown_url"],
      [fetch(`${server.url}/v1/models/other`), 404, "model_not_found"],
      [post(chat, { headers: { "content-type": "text/plain" } }), 415, "unsupported_content_type"],
      [post("{"), 400, "invalid_json"],
      [post(chat, { body: Uint8Array.of(34, 255, 34) }), 400, "invalid_json"],
      [post(large), 413, "request_too_large"],
      [post(chat, { body: pieces }), 413, "request_too_large"],
      [post("[]"), 400, "invalid_value"],
    ];
    for (const [answer, status, code] of cases) {
      const response = await answer;
      const { error } = await response.json();
      assertEquals([response.status, error.code], [status, code], error.message);
      assert(!response.headers.has("access-control-allow-origin"));
    }
    assertEquals(await (await fetch(`${server.url}/health`)).json(), { status: "ok", waiting: 0 });
  }));

Deno.test("a body that does not come is not waited for", () =>
  withServer(served, { bodySeconds: 0.2 }, async ({ server }) => {
    const head = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n" +
      "content-type: application/json\r\n";
    for (
      const rest of ["content-length: 50\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"]
    ) {
      const answer = await raw(server.url, head + rest);
      assert(answer.startsWith("HTTP/1.1 408"), answer);
      assert(answer.includes('"code":"request_timeout"'), answer);
    }
  }));

Deno.test("without a key a server of this machine answers to its own names alone", () =>
  withServer(served, {}, async ({ server }) => {
    const ask = (host: string) =>
      raw(server.url, `GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    for (const host of ["localhost", "127.0.0.1:80", "[::1]:9"]) {
      assert((await ask(host)).startsWith("HTTP/1.1 200"), host);
    }
    for (const host of ["evil.example", "localhost.evil.example:80", "127.0.0.1.example"]) {
      const answer = await ask(host);
      assert(answer.startsWith("HTTP/1.1 403") && answer.includes("foreign_host"), answer);
    }
  }));

Deno.test("with a key only who sends it is answered, but for /health", () =>
  withServer(served, { apiKey: "sesame" }, async ({ server, post, chat }) => {
    const models = (headers: HeadersInit) => fetch(`${server.url}/v1/models`, { headers });
    const wrong = ["", "Bearer ", "Bearer sesam", "Bearer sesame2", "Basic sesame", "sesame"];
    for (const authorization of wrong) {
      const response = await models({ authorization });
      const text = await response.text();
      assertEquals([response.status, JSON.parse(text).error.code], [401, "invalid_api_key"]);
      assert(!text.includes("sesame"), "no answer tells the key");
    }
    const refused = await post(chat, { headers: { "content-type": "application/json" } });
    assertEquals(refused.status, 401);
    await refused.body?.cancel();
    const right = await models({ authorization: "Bearer sesame" });
    assertEquals((await right.json()).data.length, 1);
    assertEquals((await (await fetch(`${server.url}/health`)).json()).status, "ok");
    assertEquals((await chat({ max_tokens: 2 })).choices.length, 1);
  }));

Deno.test("more than may wait is refused at once, and who goes away leaves its place", async () => {
  const { verifier, release, numCalls } = busyVerifier(served.model);
  await withServer({ ...served, verifier }, { maxWaiting: 2 }, async (server) => {
    const gone = new AbortController();
    const first = server.score(1);
    while (numCalls() === 0) await pause(5);
    const leaving = assertRejects(() => server.post(chat, { signal: gone.signal }));
    await server.untilWaiting(1);
    const second = server.chat({ max_tokens: 5 });
    await server.untilWaiting(2);
    const full = await server.post(chat);
    assertEquals([full.status, (await full.json()).error.code], [429, "queue_full"]);
    assert(Number(full.headers.get("retry-after")) >= 1);
    gone.abort();
    await leaving;
    await server.untilWaiting(1);
    const third = server.chat({ max_tokens: 5 });
    await server.untilWaiting(2);
    release();
    assertEquals((await first).status, 200);
    await (await first).body?.cancel();
    assertEquals((await Promise.all([second, third])).length, 2);
  });
});

Deno.test("what goes wrong in the server is told to it, and to clients only that it did", async () => {
  const { tokenizer } = served.model;
  let isBroken = true;
  const decode = (ids: ArrayLike<number>) => {
    if (isBroken) throw new Error("a detail of the server");
    return tokenizer.decode(ids);
  };
  const broken = { ...served, model: { ...served.model, tokenizer: { ...tokenizer, decode } } };
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  await withServer(broken, { onFailure }, async ({ post, stream, chat }) => {
    const response = await post({ model: "base", messages: [QUESTION] });
    const text = await response.text();
    assertEquals([response.status, JSON.parse(text).error.type], [500, "server_error"]);
    const { chunks, isDone } = await stream({});
    assertEquals([chunks.at(-1).error.code, isDone], ["internal_error", false]);
    assert(!text.includes("detail") && !JSON.stringify(chunks).includes("detail"));
    assertEquals(failures.map((error) => (error as Error).message), [
      "a detail of the server",
      "a detail of the server",
    ]);
    isBroken = false;
    assertEquals((await chat({ max_tokens: 2 })).choices.length, 1);
  });
});

Deno.test("a shutdown lets answers end, and cuts off those that take too long", async () => {
  const { verifier, release, numCalls } = busyVerifier(served.model);
  await withServer({ ...served, verifier }, {}, async ({ server, score, chat, untilWaiting }) => {
    const first = score(1);
    while (numCalls() === 0) await pause(5);
    const second = chat({ max_tokens: 5 });
    await untilWaiting(1);
    const ended = server.shutdown(30);
    await pause(20);
    release();
    assertEquals(await (await first).json(), { scores: [0.5] });
    assertEquals((await second).object, "chat.completion");
    await ended;
    await assertRejects(() => fetch(`${server.url}/health`));
  });
  const slow = busyVerifier(served.model);
  await withServer({ ...served, verifier: slow.verifier }, {}, async (running) => {
    const { server, score, post, stream, untilWaiting } = running;
    const first = score(1);
    while (slow.numCalls() === 0) await pause(5);
    const second = post(chat);
    const third = stream({ max_tokens: 5 });
    await untilWaiting(2);
    await server.shutdown(0.05);
    for (const answer of [await first, await second]) {
      assertEquals([answer.status, (await answer.json()).error.code], [503, "shutting_down"]);
    }
    const { chunks, isDone } = await third;
    assertEquals([chunks.at(-1).error.code, isDone], ["shutting_down", false]);
  });
});

Deno.test("startServer() says where it cannot listen, and what is missing", async () => {
  await withServer(served, {}, ({ server }) => {
    const { port } = new URL(server.url);
    const start = (options: object) => () => startServer(served, { port: 0, ...options });
    assertThrows(start({ port: Number(port) }), ConfigError, "must be a free port");
    const error = assertThrows(
      start({ hostname: "0.0.0.0" }),
      ConfigError,
      "may listen at 127.0.0.1 alone",
    );
    assert(error.remedy!.includes("--allow-net=0.0.0.0"));
    const six = assertThrows(start({ hostname: "[::1]" }), ConfigError, "[::1]:0");
    assert(six.remedy!.includes("--allow-net=[::1] "));
    return Promise.resolve();
  });
});
