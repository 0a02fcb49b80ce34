import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { ScriptedAgent, withTokens } from "../../lib/discussion/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { PENS } from "./fixtures.ts";

const request = {
  messages: [{ role: "user" as const, content: PENS.text }],
  turn: 0,
  agent: 1,
  sample: 0,
  random: Random.fromSeed(0).state(),
};

Deno.test("ScriptedAgent answers in order, with tokens if it has a tokenizer", async () => {
  const script = ({ turn, agent }: { turn: number; agent: number }) =>
    `${turn}${agent} \\boxed{28}`;
  const plain = new ScriptedAgent(script);
  const answers = await plain.respond([request, { ...request, turn: 2 }]);
  assertEquals(answers.map(({ text }) => text), ["01 \\boxed{28}", "21 \\boxed{28}"]);
  const { promptTokens, tokens, logProbs } = answers[0]!;
  assertEquals([promptTokens, tokens, logProbs], [null, null, null]);

  const { tokenizer } = smallWorldText;
  const worded = new ScriptedAgent(script, { name: "worded", text: smallWorldText });
  const answer = withTokens((await worded.respond([request]))[0]!);
  assertEquals(worded.name, "worded");
  assertEquals(answer.tokens.at(-1), tokenizer.eosTokenId);
  assertEquals(tokenizer.decode(answer.tokens), "01 \\boxed{28}");
  assertEquals(tokenizer.decode(answer.promptTokens), PENS.text);
  assertEquals(answer.logProbs.length, answer.tokens.length);
});

Deno.test("ScriptedAgent waits for answers that take time", async () => {
  const agent = new ScriptedAgent(() => Promise.resolve("later"));
  assertEquals((await agent.respond([request]))[0]!.text, "later");
});
