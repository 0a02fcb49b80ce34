import { assertEquals, assertThrows } from "@std/assert";
import { type ConsensusRule, hasConsensus } from "../../lib/discussion/mod.ts";

type Case = [
  answers: (string | null)[],
  scores: number[],
  fraction: number,
  rewardThreshold: number,
  expected: boolean,
];

Deno.test("hasConsensus() of three agents: two agree, and more than two thirds are asked for", () => {
  const cases: Case[] = [
    [["5", "5", "3"], [0.9, 0.8, 0.1], 0.6, 0.7, true],
    [["5", "5", "3"], [0.9, 0.8, 0.1], 2 / 3, 0.7, false], // strict
    [[null, null, "3"], [0.9, 0.9, 0.9], 0.6, 0.7, false],
  ];
  check(cases);
});

Deno.test("hasConsensus() is strict in both thresholds and off above 1", () => {
  const cases: Case[] = [
    [["5", "5"], [0.5, 0.75], 0.5, 0.625, false], // mean score (0.5 + 0.75) / 2 = 0.625
    [["5", "5"], [0.5, 0.75], 0.5, 0.62, true],
    [["5", "5"], [1, 1], 1, 0, false],
    [["5", "5"], [1, 1], 1.1, 1.1, false],
    [["5", "5"], [1, 1], 0, 1, false],
    [["5"], [0.9], 0.8, 0.7, true],
    [["5"], [0.7], 0.8, 0.7, false],
  ];
  check(cases);
});

Deno.test("hasConsensus() scores only those who gave the answer", () => {
  check([
    [["5", "3", "5"], [0.9, 0.0, 0.9], 0.6, 0.8, true],
    [["5", "3", "5"], [0.5, 1.0, 0.5], 0.6, 0.8, false],
  ]);
});

Deno.test("hasConsensus() takes the first of equally frequent answers", () => {
  check([
    [["5", "3"], [0.9, 0.1], 0.4, 0.7, true],
    [["3", "5"], [0.1, 0.9], 0.4, 0.7, false],
    [[null, "5"], [0.9, 0.9], 0.4, 0.7, false],
    [["5", null], [0.9, 0.9], 0.4, 0.7, true],
    [[null, null, "5"], [0, 0, 0.9], 0.2, 0.7, false],
  ]);
});

Deno.test("hasConsensus() in official mode waits for update 21", () => {
  const rule: ConsensusRule = { fraction: 0.6, rewardThreshold: 0.7, compat: "official" };
  const at = (update?: number) =>
    hasConsensus(["5", "5"], [0.9, 0.9], update === undefined ? rule : { ...rule, update });
  assertEquals([at(), at(0), at(20), at(21)], [false, false, false, true]);
});

Deno.test("hasConsensus() throws without an answer or with another number of scores", () => {
  const rule = { fraction: 0.5, rewardThreshold: 0.5 };
  assertThrows(() => hasConsensus([], [], rule), RangeError, "every answer needs a score");
  assertThrows(() => hasConsensus(["5"], [1, 1], rule), RangeError, "got 1 answers and 2 scores");
});

function check(cases: readonly Case[]): void {
  for (const [answers, scores, fraction, rewardThreshold, expected] of cases) {
    const actual = hasConsensus(answers, scores, { fraction, rewardThreshold });
    assertEquals(actual, expected, JSON.stringify([answers, scores, fraction, rewardThreshold]));
  }
}
