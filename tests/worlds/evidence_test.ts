import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import {
  dealFacts,
  loadHiddenProfile,
  makeArithmetic,
  makeEntailment,
  makeHiddenProfile,
  readFacts,
  splitFacts,
  writeFacts,
} from "../../lib/worlds/small_world/mod.ts";

const FACTS = ["Tom has 23 pens .", "Tom buys 14 pens .", "Tom loses 09 pens ."];

Deno.test("splitFacts() takes a question apart into facts and what is asked", () => {
  assertEquals(splitFacts(`${FACTS.join(" ")} How many pens has Tom ?`), {
    facts: FACTS,
    asked: "How many pens has Tom ?",
  });
  const entailment = "all pens are red . no red things are old . Claim : some pens are old ?";
  assertEquals(splitFacts(entailment), {
    facts: ["all pens are red .", "no red things are old ."],
    asked: "Claim : some pens are old ?",
  });
});

Deno.test("splitFacts() loses nothing of any question", () => {
  for (const make of [makeArithmetic, makeEntailment]) {
    const set = make({ seed: 1, difficulty: 3 }).questions("test");
    for (let i = 0; i < 50; i++) {
      const { facts, asked } = splitFacts(set.at(i).text);
      assertEquals([...facts, asked].join(" "), set.at(i).text);
      assert(facts.every((fact) => fact.endsWith(" .")) && asked.endsWith(" ?"));
    }
  }
});

Deno.test("writeFacts() numbers facts from 1, and readFacts() finds them in any text", () => {
  assertEquals(
    writeFacts(FACTS),
    "1 : Tom has 23 pens . 2 : Tom buys 14 pens . 3 : Tom loses 09 pens .",
  );
  assertEquals(writeFacts(FACTS, [2]), "3 : Tom loses 09 pens .");
  assertEquals(writeFacts(FACTS, []), "");
  const quoted = `agent1 : ${writeFacts(FACTS, [1])} \\boxed{?} agent2 : 23 + 14 = 37 . ` +
    `\\boxed{37} agent3 : ${writeFacts(FACTS, [0, 2])} \\boxed{?} verdict : me wrong`;
  assertEquals(
    readFacts(quoted),
    new Map([[1, FACTS[1]!], [0, FACTS[0]!], [2, FACTS[2]!]]),
  );
  assertEquals(readFacts("23 + 14 = 37 . verdict : me right"), new Map());
});

Deno.test("dealFacts() gives each fact to one agent, and shared ones to all", () => {
  for (let i = 0; i < 50; i++) {
    for (const numAgents of [2, 3, 4]) {
      const hands = dealFacts(`question ${i}`, 4, { numAgents, numShared: 0 });
      assertEquals(hands.flat().sort(), [0, 1, 2, 3]);
      assert(hands.every((hand) => hand.length >= 1 && hand.length <= Math.ceil(4 / numAgents)));
      assertEquals(hands, hands.map((hand) => hand.toSorted((a, b) => a - b)));
      const shared = dealFacts(`question ${i}`, 4, { numAgents, numShared: 2 });
      const counts = [0, 1, 2, 3].map((fact) =>
        shared.filter((hand) => hand.includes(fact)).length
      );
      assertEquals(counts.toSorted((a, b) => a - b), [1, 1, numAgents, numAgents]);
    }
  }
});

Deno.test("dealFacts() depends on the question alone, and spreads what is where", () => {
  const deal = (i: number) => dealFacts(`question ${i}`, 4, { numAgents: 3, numShared: 0 });
  assertEquals(deal(7), deal(7));
  const holders = [0, 0, 0];
  for (let i = 0; i < 900; i++) holders[deal(i).findIndex((hand) => hand.includes(0))]!++;
  // 900 fair draws among three: 300 each, 4 deviations of √(900 · 1/3 · 2/3) = 14.1
  assert(holders.every((count) => Math.abs(count - 300) < 57), `${holders}`);
  // A single agent knows everything, and shared facts never exceed those that there are.
  assertEquals(dealFacts("q", 3, { numAgents: 1, numShared: 0 }), [[0, 1, 2]]);
  assertEquals(dealFacts("q", 2, { numAgents: 2, numShared: 8 }), [[0, 1], [0, 1]]);
});

Deno.test("makeHiddenProfile() asks the same questions with their facts numbered", () => {
  const inner = makeArithmetic({ seed: 3, difficulty: 3 });
  const task = makeHiddenProfile(inner);
  const [plain, numbered] = [inner, task].map((t) => t.questions("test").at(4));
  const { facts, asked } = splitFacts(plain!.text);
  assertEquals(numbered!.text, `${writeFacts(facts)} ${asked}`);
  assertEquals(numbered!.gold, plain!.gold);
  assert(numbered!.id !== plain!.id);
  assertEquals(task.questions("test").size, null);
});

Deno.test("loadHiddenProfile() refuses evidence that is not split", () => {
  const settings = {
    of: "arithmetic",
    seed: 0,
    difficulty: 3,
    numShared: 2,
    compat: "paper",
  } as const;
  assertEquals(loadHiddenProfile(settings, 0).name, "hidden_profile");
  const cases = [
    { ...settings, difficulty: 2 }, // three facts
    { ...settings, of: "entailment" as const }, // three premises
    { ...settings, of: "entailment" as const, difficulty: 1, numShared: 0 },
  ];
  for (const wrong of cases) {
    assertThrows(() => loadHiddenProfile(wrong, 0), ConfigError, "2 facts at least");
  }
});
