import { assertEquals, assertThrows } from "@std/assert";
import { resolveConfig } from "../../lib/core/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { discussionSchema, makeAgents, samplingSchema } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

await startTestDevice();

const decoder = smallWorldDecoder();
const sampling = resolveConfig(samplingSchema, [{}], []);

function agents(agentTemperatures: number[] | null, numAgents: number) {
  const discussion = resolveConfig(discussionSchema, [{ agentTemperatures }], []);
  return makeAgents({ decoder, text: smallWorldText, sampling, discussion, numAgents });
}

Deno.test("makeAgents() makes agents that sample alike one object, so that they share a batch", () => {
  assertEquals(new Set(agents(null, 5)).size, 1);
  const [a, b, c, d] = agents([0.7, 1, 0.7, 0], 4);
  assertEquals([a === c, a === b, b === d], [true, false, false]);
  assertEquals(agents([0.7, 1, 0.7], 2).length, 2);
});

Deno.test("makeAgents() refuses fewer temperatures than agents", () => {
  assertThrows(
    () => agents([1, 1], 3),
    RangeError,
    "Cannot make 3 agents as discussion.agentTemperatures needs one temperature each: got 2",
  );
});
