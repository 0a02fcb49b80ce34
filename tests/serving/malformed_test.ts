import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { startTestDevice } from "../support/device.ts";
import { baseModel, busyVerifier, QUESTION, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();
const NUM_BODIES = 300;

const CHAT = { model: "base", messages: [QUESTION], max_tokens: 2, temperature: 1, stream: false };
const FIELDS = [
  ...["model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed"],
  ...["n", "stream", "stream_options", "logprobs", "stop", "tools", "logit_bias", "x", "__proto__"],
  ...["tool_choice", "response_format", "modalities", "metadata"],
];

/** A value that no field takes. */
const wrong = fc.oneof(
  fc.object({ maxDepth: 3 }).filter((value) => Object.keys(value).length > 0),
  fc.constantFrom(-1, 1e300, 0.5, "\ud800", [[]], [null], { a: 1 }, -0.001, [1, 2], 2 ** 60),
);
/** A chat with one field that cannot be. */
const wrongField = fc.tuple(fc.constantFrom(...FIELDS), wrong).map(([field, value]) =>
  JSON.stringify(CHAT).replace(/}$/, `,${JSON.stringify(field)}:${JSON.stringify(value)}}`)
);
/** A message that cannot be. */
const wrongMessage = fc.oneof(
  wrong,
  fc.record({ role: fc.constantFrom("tool", "", "User", 5, null), content: fc.string() }),
  fc.record({ role: fc.constant("user"), content: wrong }),
  fc.record({ role: fc.constant("user"), content: fc.constant("Max"), extra: wrong }),
).map((message) => JSON.stringify({ ...CHAT, messages: [QUESTION, message] }));
/** A chat that was cut, or has a byte too many. */
const broken = fc.tuple(fc.nat(JSON.stringify(CHAT).length - 1), fc.constantFrom("", "]", "\u0000"))
  .map(([length, end]) => JSON.stringify(CHAT).slice(0, length) + end);
const anything = fc.oneof(fc.json().filter((text) => !text.includes('"model"')), fc.string());
const deep = fc.tuple(fc.integer({ min: 1, max: 45_000 }), fc.constantFrom(...FIELDS, ""))
  .map(([depth, field]) => {
    const value = "[".repeat(depth) + "]".repeat(depth);
    return field === "" ? value : JSON.stringify(CHAT).replace(/}$/, `,"${field}":${value}}`);
  });

/** Bodies that may be right by chance: a value may fit. */
const bodies = fc.oneof(wrongField, wrongMessage, broken, anything, deep);

Deno.test("what a refusal quotes of a request cannot move a terminal's cursor", () =>
  withServer(served, {}, async ({ post }) => {
    for (const body of ["\u001b[2J", '{"a": \u001b', '{"\\u001b[2J": 1}', '{"model": "\\u001b"}']) {
      const { error } = await (await post(body)).json();
      // deno-lint-ignore no-control-regex
      assert(!/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(error.message), JSON.stringify(error.message));
    }
  }));

Deno.test(`${NUM_BODIES} malformed bodies are refused as JSON, and none hangs or fails`, async () => {
  const { verifier, release } = busyVerifier(served.model);
  release();
  const options = { maxBodyBytes: 100_000 };
  await withServer({ ...served, verifier }, options, async ({ post, chat }) => {
    let numRefused = 0;
    for (const [index, body] of fc.sample(bodies, { numRuns: NUM_BODIES, seed: 5 }).entries()) {
      const path = index % 5 === 4 ? "/score" : "/v1/chat/completions";
      const response = await post(body, { path, signal: AbortSignal.timeout(10_000) });
      const answer = await response.text();
      if (response.status === 200) {
        // As __proto__ is no field, or 0.5 is a temperature.
        assert(path !== "/score", body);
        continue;
      }
      assert(response.status >= 400 && response.status < 500, `${response.status} for ${body}`);
      const { error } = JSON.parse(answer);
      assert(typeof error.message === "string" && error.type === "invalid_request_error", body);
      numRefused++;
    }
    assert(numRefused > NUM_BODIES * 0.9, `${numRefused} were refused`);
    assertEquals((await chat({ max_tokens: 2 })).choices.length, 1); // it still answers
  });
});
