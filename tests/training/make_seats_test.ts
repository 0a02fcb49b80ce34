import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Scorer } from "../../lib/discussion/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { makeSeats, samplingSchema } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

await startTestDevice();

const sampling = resolveConfig(samplingSchema, [{}], []);
const [decoder, other] = [smallWorldDecoder(), smallWorldDecoder()];
const models = [
  { ...smallWorldText, name: "one", decoder },
  { ...smallWorldText, name: "two", decoder: other },
];
const scorers = ["a", "b"].map((name): Scorer => ({
  name,
  score: ({ length }) => Promise.resolve(new Float64Array(length)),
}));
const seat = (model: number, temperature: number, scorer = 0) => ({
  model: models[model]!,
  temperature,
  scorer: scorers[scorer]!,
});

Deno.test("makeSeats() gives seats with one model and temperature one agent, so that they share a batch", () => {
  const made = makeSeats(
    [seat(0, 0.7), seat(0, 1), seat(0, 0.7, 1), seat(1, 0.7), seat(1, 0.7, 1)],
    { sampling },
  );
  const agents = made.map(({ agent }) => agent);
  assertEquals(agents.map((agent) => agents.indexOf(agent)), [0, 1, 0, 3, 3]);
  assertEquals(agents.map(({ name }) => name), ["one", "one", "one", "two", "two"]);
  assertEquals(made.map(({ scorer }) => scorer.name), ["a", "a", "b", "a", "b"]);
  assertEquals(makeSeats([], { sampling }), []);
});
