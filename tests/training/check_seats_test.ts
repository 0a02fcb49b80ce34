import { assert, assertThrows } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";

const resolve = (...sets: string[]) => resolveConfig(maporlSchema, [{}], sets);

Deno.test("quickstart says of a greedy seat that it cannot be trained, not what it shares", () => {
  const sets = ["seats=[{temperature: 0}, {}, {}]", "seats=[{}, {temperature: 0}, {}]"];
  for (const [agent, set] of sets.entries()) {
    const { message } = assertThrows(() => resolve(set), ConfigError);
    assert(message.startsWith(`Cannot use the configuration: seats.${agent}.temp`), message);
  }
  const other = "seats=[{temperature: 0}, {}, {temperature: 0.7}]";
  const { message } = assertThrows(() => resolve(other), ConfigError);
  assert(message.includes("seats.2 must have the base and temperature of seats.1"), message);
});

Deno.test("seats that cannot share parameters can after the remedy that the message names", () => {
  const oracle = "verifier: {kind: oracle}";
  const cases = [
    ["seats=[{}, {temperature: 0.7}, {}]"],
    ["seats=[{}, {}, {temperature: 0.7}]"],
    ["seats=[{parameters: a}, {parameters: own_1, temperature: 2}, {parameters: a, temperature: 0.7}]"],
    ["seats=[{parameters: own_2}, {}, {parameters: own_2, temperature: 0.7}]"],
    ["seats=[{}, {}, {base: b, temperature: 0.7, " + oracle + "}]"],
    [
      "seats=[{parameters: a}, {parameters: a, temperature: 0.7}, {}]",
      "algorithm.shareAgents=false",
    ],
  ];
  for (const sets of cases) {
    const { message } = assertThrows(() => resolve(...sets), ConfigError, "whose parameters");
    const remedy = message.match(/; (?:set|give it parameters of its own:) (\S+)$/)?.[1];
    assert(remedy !== undefined, message);
    resolve(...sets, remedy);
  }
});
