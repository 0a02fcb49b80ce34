import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  BEST_OF_N,
  bestOfNCredit,
  expectedBestOfNCredits,
  expectedOracleCredits,
  majorityVote,
  ORACLE_BEST_OF_N,
  oracleCredit,
  type SelectionRule,
  voteCredit,
  WEIGHTED_VOTE,
  weightedVoteCredit,
} from "../../lib/evaluation/mod.ts";
import { scored, someScored, subsetsByBits } from "./scored.ts";

const RULES: readonly SelectionRule[] = [
  majorityVote(),
  majorityVote({ compat: "official" }),
  WEIGHTED_VOTE,
  BEST_OF_N,
  ORACLE_BEST_OF_N,
];
const EXACT = RULES.filter(({ expectedCredits }) => expectedCredits !== undefined);

Deno.test("bestOfNCredit() takes the best-scored answer and shares ties", () => {
  assertEquals(bestOfNCredit(scored(["1", .9], ["2", .8])), 1);
  assertEquals(bestOfNCredit(scored(["1", .7], ["2", .8], ["1", .1])), 0);
  // two right answers and one wrong one share the best score
  assertEquals(bestOfNCredit(scored(["1", .8], ["1", .8], ["2", .8], ["3", .1])), 2 / 3);
  // scores may be log-odds
  assertEquals(bestOfNCredit(scored(["1", -1], ["2", -2])), 1);
});

Deno.test("bestOfNCredit() never chooses an invalid answer beside a valid one", () => {
  assertEquals(bestOfNCredit(scored([null, .9], ["1", .2])), 1);
  assertEquals(bestOfNCredit(scored([null, .9], [null, .2])), 0);
  assertEquals(bestOfNCredit([{ answer: null, correct: true, score: 1 }]), 0);
});

Deno.test("expectedBestOfNCredits() on four answers worked by hand", () => {
  // Scores .9 wrong; .5 right and .5 wrong; .1 right.
  const answers = scored(["2", .9], ["1", .5], ["3", .5], ["1", .1]);
  const [one, two, three, four] = expectedBestOfNCredits(answers);
  assertAlmostEquals(one!, 2 / 4, 1e-12);
  // of 6 pairs 3 hold .9 (0); {.5, .5} gives 1/2, {.5 right, .1} 1, {.5 wrong, .1} 0
  assertAlmostEquals(two!, 1.5 / 6, 1e-12);
  // of 4 triples 3 hold .9; the other gives 1/2
  assertAlmostEquals(three!, .5 / 4, 1e-12);
  assertEquals(four, 0);
});

Deno.test("expectedBestOfNCredits() never exceeds 1 by rounding", () => {
  // (share · 3) / 3 of scores that three answers have is rounded: 6 right answers would give 1 + 2⁻⁵²
  for (let n = 1; n <= 60; n++) {
    const right = Array.from({ length: n }, (_, i): [string, number] => ["1", Math.floor(i / 3)]);
    for (const credit of expectedBestOfNCredits(scored(...right))) {
      assert(credit <= 1);
      assertAlmostEquals(credit, 1, 1e-12);
    }
  }
});

Deno.test("weightedVoteCredit() of votes worked by hand", () => {
  // .9 against .3 + .4
  assertEquals(weightedVoteCredit(scored(["1", .9], ["2", .3], ["2", .4])), 1);
  // .5 against .3 + .4
  assertEquals(weightedVoteCredit(scored(["1", .5], ["2", .3], ["2", .4])), 0);
  // .5, .2 + .3 and .4: two candidates tie
  assertEquals(weightedVoteCredit(scored(["1", .5], ["2", .2], ["2", .3], ["3", .4])), .5);
  // an invalid answer is no vote
  assertEquals(weightedVoteCredit(scored([null, .9], ["1", .1])), 1);
  assertEquals(weightedVoteCredit(scored([null, .9], [null, .1])), 0);
  // nothing weighs anything: all candidates tie
  assertEquals(weightedVoteCredit(scored(["1", 0], ["2", 0], ["3", 0])), 1 / 3);
});

Deno.test("weightedVoteCredit() takes sums that differ by rounding as equal, in any order", () => {
  // 0.1 + 0.2 is 0.30000000000000004 in doubles
  const answers = scored(["1", .3], ["2", .1], ["2", .2]);
  assertEquals(weightedVoteCredit(answers), .5);
  assertEquals(weightedVoteCredit(scored(["2", .3], ["1", .1], ["1", .2])), .5);
  // a difference that a verifier can give is none of rounding
  assertEquals(weightedVoteCredit(scored(["1", .3], ["2", .300001])), 0);
});

Deno.test("weightedVoteCredit() with equal scores is the majority vote", () => {
  fc.assert(fc.property(someScored, fc.constantFrom(0, .3, 1), (answers, score) => {
    const equal = answers.map((answer) => ({ ...answer, score }));
    const candidates = new Set(answers.flatMap(({ answer }) => answer ?? []));
    assertEquals(
      weightedVoteCredit(equal),
      // With weight 0 all candidates tie, however many votes they have.
      score > 0 ? voteCredit(equal) : oracleCredit(equal) / Math.max(1, candidates.size),
    );
  }));
});

Deno.test("expectedOracleCredits() is pass@n", () => {
  // 1 − C(3, n) / C(5, n): 1 − 3/5, 1 − 3/10, 1 − 1/10
  const answers = scored(["1", 0], ["2", 0], ["1", 0], [null, 0], ["3", 0]);
  for (const [i, expected] of [2 / 5, 7 / 10, 9 / 10, 1, 1].entries()) {
    assertAlmostEquals(expectedOracleCredits(answers)[i]!, expected, 1e-12);
  }
  assertEquals(expectedOracleCredits(scored(["2", 0], [null, 0])), [0, 0]);
  // an invalid answer is never right
  const invalid = [{ answer: null, correct: true }];
  assertEquals([oracleCredit(invalid), ...expectedOracleCredits(invalid)], [0, 0]);
});

Deno.test("expectedCredits of every rule is the mean of its credit over all subsets", () => {
  fc.assert(
    fc.property(someScored, fc.constantFrom(...EXACT), (answers, rule) => {
      const expected = rule.expectedCredits!(answers);
      assertEquals(expected.length, answers.length);
      for (const [i, credit] of expected.entries()) {
        const subsets = subsetsByBits(answers, i + 1);
        const mean = subsets.reduce((sum, subset) => sum + rule.credit(subset), 0) / subsets.length;
        assertAlmostEquals(credit, mean, 1e-12);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("every rule lies in [0, 1], below the oracle, and takes no notice of order", () => {
  fc.assert(fc.property(someScored, fc.constantFrom(...RULES), (answers, rule) => {
    const credit = rule.credit(answers);
    assert(credit >= 0 && credit <= oracleCredit(answers));
    assertAlmostEquals(rule.credit([...answers].reverse()), credit, 1e-12);
    assertEquals(rule.credit(answers.slice(0, 1)), answers[0]!.answer === "1" ? 1 : 0);
  }));
});

Deno.test("bestOfNCredit() depends on the order of scores only", () => {
  fc.assert(fc.property(someScored, (answers) => {
    const stretched = answers.map((answer) => ({ ...answer, score: 5 * answer.score - 7 }));
    assertEquals(bestOfNCredit(stretched), bestOfNCredit(answers));
    // A verifier that knows the right answers is the oracle.
    const known = answers.map((answer) => ({ ...answer, score: answer.correct ? 1 : 0 }));
    assertEquals(bestOfNCredit(known), oracleCredit(answers));
  }));
});

Deno.test("the rules refuse to choose among nothing, and scores that cannot be used", () => {
  assertThrows(() => bestOfNCredit([]), RangeError, "0 answers");
  assertThrows(() => expectedBestOfNCredits([]), RangeError, "0 answers");
  assertThrows(() => expectedOracleCredits([]), RangeError, "numAnswers");
  assertThrows(() => weightedVoteCredit([]), RangeError, "0 answers");
  for (const score of [NaN, Infinity]) {
    assertThrows(() => bestOfNCredit(scored(["1", score])), RangeError, `${score}`);
    assertThrows(() => weightedVoteCredit(scored(["1", score])), RangeError, `${score}`);
  }
  assertThrows(() => weightedVoteCredit(scored(["1", -.5])), RangeError, "-0.5");
});
