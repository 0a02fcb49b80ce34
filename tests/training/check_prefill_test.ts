import { assertEquals, assertThrows } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import { checkPrefill } from "../../lib/training/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";

const { tokenizer } = smallWorldText;

Deno.test("checkPrefill() refuses words that the base does not know, and those that leave no room", () => {
  const check = (prefill: readonly string[], maxNewTokens = 3) =>
    checkPrefill([{ base: "a", prefill: ["nonsense"] }, { base: "b", prefill }], {
      base: "b",
      tokenizer,
      maxNewTokens,
    });
  check([]);
  check(["tell :", "", " solve : "]); // spaces are no words
  const unknown = assertThrows(() => check(["tell :", "shout :"]), ConfigError);
  assertEquals(
    unknown.message.split("\n")[0],
    'Cannot begin answers of seat 1 with "shout :" as the tokenizer of its base must know the words',
  );
  const long = assertThrows(() => check(["tell :"], 2), ConfigError);
  assertEquals(long.remedy, "Set sampling.maxNewTokens above 2");
  check(["tell :"], 3); // as it says
});

Deno.test("a seat has no prefill for turns that no discussion holds", () => {
  const resolve = (prefill: readonly string[], more: object = {}) => {
    const seats = [{ prefill, frozen: true }, {}];
    const config = { discussion: { numAgents: 2, numTurns: 2 }, seats, ...more };
    return resolveConfig(maporlSchema, [config], []);
  };
  resolve(["tell :", "solve :"]);
  assertThrows(
    () => resolve(["tell :", "solve :", "guess :"]),
    ConfigError,
    "seats.0.prefill: has 3 texts and must have at most one for each of the 2 turns",
  );
  resolve(["tell :", "solve :", "guess :"], { evaluation: { numTurns: 3 } });
});

Deno.test("a seat with a prefill must be frozen", () => {
  const seats = (...more: object[]) => ({ discussion: { numAgents: 2 }, seats: more });
  const prefill = ["tell :"];
  resolveConfig(maporlSchema, [seats({ prefill, frozen: true }, {})], []);
  assertThrows(
    () => resolveConfig(maporlSchema, [seats({ prefill }, {})], []),
    ConfigError,
    "seats.0.prefill: must go with seats.0.frozen true",
  );
});
