import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { compareSystems, summarise } from "../../lib/evaluation/mod.ts";
import { discussion, discussions } from "./rows.ts";

const random = Random.fromSeed(3);
const OPTIONS = { random, numResamples: 300 } as const;

// 40 questions of 2 turns and 2 agents: at turn 0 the first half is right for agent 0, at turn 1 for
// both agents.
const RISING = discussions(
  Array.from({ length: 40 }, (_, q) => q < 20 ? [[1, 0], [1, 1]] : [[0, 0], [0, 0]]),
);
const FLAT = discussions(
  Array.from({ length: 40 }, (_, q) => q < 20 ? [[1, 0], [1, 0]] : [[0, 0], [0, 0]]),
);

Deno.test("summarise() measures every turn and the gain with intervals", () => {
  const summary = summarise(RISING, OPTIONS);
  assertEquals([summary.numQuestions, summary.numTurns, summary.numAgents], [40, 2, 2]);
  const [first, last] = summary.turns;
  assertEquals(first!.meanAccuracy!.estimate, .25);
  assertEquals(last!.meanAccuracy!.estimate, .5);
  assertEquals(first!.vote!.estimate, .25); // a tie in half of the questions
  assertEquals([first!.passAtA!.estimate, last!.passAtA!.estimate], [.5, .5]);
  assertEquals([first!.invalidRate!.estimate, last!.invalidRate!.estimate], [0, 0]);
  assertEquals([first!.meanLength!.estimate, last!.meanLength!.estimate], [10.5, 20.5]);
  const { estimate, low, high } = summary.gain.meanAccuracy!;
  assertEquals(estimate, .25);
  // Half of the questions gain ½: standard error .25/√40 = .0395
  assert(low > .25 - 3 * .0395 && low < .25 - .0395 && high > .25 + .0395);
  // No question gains a right agent: one imagined rise and fall beside 40 questions, ± 1.96·√(1.92)/41.92
  const { passAtA } = summary.gain;
  assertEquals([passAtA!.estimate, passAtA!.few], [0, true]);
  assertAlmostEquals(passAtA!.high, .0648, 1e-4);
  assertEquals(summary.gain.meanLength, { estimate: 10, low: 10, high: 10, few: true });
});

Deno.test("summarise() is reproducible and does not depend on the order of a question's rows", () => {
  assertEquals(summarise(RISING, OPTIONS), summarise(RISING, OPTIONS));
  const byAgent = [...RISING].sort((x, y) => x.agent - y.agent);
  assertEquals(summarise(byAgent, OPTIONS), summarise(RISING, OPTIONS));
  const other = summarise(RISING, { ...OPTIONS, random: Random.fromSeed(4) });
  assertEquals(other.gain.vote!.estimate, summarise(RISING, OPTIONS).gain.vote!.estimate);
});

Deno.test("summarise() in official mode leaves finished discussions out, unless told otherwise", () => {
  const rows = [
    ...discussion("short", [["1", "1"]]),
    ...discussion("long", [["2", "2"], ["1", null]]),
  ];
  const paper = summarise(rows, OPTIONS).turns[1]!;
  assertEquals([paper.meanAccuracy!.estimate, paper.invalidRate!.estimate], [.75, .25]);
  const official = summarise(rows, { ...OPTIONS, compat: "official" });
  assertEquals(official.turns[1]!.meanAccuracy!.estimate, .5);
  assertEquals(official.gain.meanAccuracy!.estimate, .5); // of the long one alone
  const carried = summarise(rows, { ...OPTIONS, compat: "official", finished: "carry" });
  assertEquals(carried.turns[1]!.meanAccuracy!.estimate, .75);
  const planned = summarise(rows, { ...OPTIONS, compat: "official", numTurns: 3 });
  assertEquals(planned.turns[2]!.meanAccuracy, null);
  assertEquals(planned.gain.meanAccuracy, null);
});

Deno.test("summarise() of answers that are all invalid has zeros, not errors", () => {
  const rows = [
    ...discussion(1, [[null, null], [null, null]]),
    ...discussion(2, [[null, null], [
      null,
      null,
    ]]),
  ];
  const summary = summarise(rows, OPTIONS);
  const { invalidRate, vote } = summary.turns[1]!;
  assertEquals([invalidRate!.estimate, invalidRate!.high, vote!.estimate, vote!.low], [1, 1, 0, 0]);
  assertEquals([invalidRate!.few, vote!.few], [true, true]); // of two questions
});

Deno.test("compareSystems() pairs questions, whatever their order, and numbers of agents", () => {
  const shuffled = [...FLAT].reverse();
  const { turns, gain } = compareSystems(RISING, shuffled, OPTIONS);
  const { estimate, low, high } = turns[0]!.meanAccuracy!;
  assertEquals(estimate, 0);
  assert(low < 0 && high > 0 && high < .1);
  assertEquals(turns[1]!.meanAccuracy!.estimate, .25);
  assertEquals(gain.meanAccuracy, turns[1]!.meanAccuracy);
  assert(gain.meanAccuracy!.low > 0);
  const back = compareSystems(FLAT, RISING, OPTIONS);
  assertAlmostEquals(back.gain.meanAccuracy!.low, -gain.meanAccuracy!.high, .02);
  const alone = FLAT.filter((row) => row.agent === 0);
  assertEquals(compareSystems(alone, FLAT, OPTIONS).turns[0]!.meanAccuracy!.estimate, .25);
});

Deno.test("compareSystems() refuses different questions or turns", () => {
  const fewer = FLAT.filter((row) => row.question !== "q7");
  assertThrows(() => compareSystems(RISING, fewer, OPTIONS), RangeError, "q7 is in the first only");
  assertThrows(() => compareSystems(fewer, RISING, OPTIONS), RangeError, "39 and 40 questions");
  const shorter = FLAT.filter((row) => row.turn === 0);
  assertThrows(() => compareSystems(RISING, shorter, OPTIONS), RangeError, "2 and 1");
});
