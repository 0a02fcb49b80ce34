import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { matchedAnswers } from "../../lib/evaluation/mod.ts";

Deno.test("matchedAnswers() is the smallest number that costs at least as much", () => {
  // 9 answers cost 900, 10 cost 1000
  assertEquals(matchedAnswers(950, { tokensPerAnswer: 100 }), {
    numAnswers: 10,
    tokens: 1000,
    ratio: 1000 / 950,
  });
  assertEquals(matchedAnswers(900, { tokensPerAnswer: 100 }).numAnswers, 9);
  // a shared prompt of 100 leaves 800
  assertEquals(matchedAnswers(900, { tokensPerAnswer: 100, sharedTokens: 100 }), {
    numAnswers: 8,
    tokens: 900,
    ratio: 1,
  });
  // even one answer costs more
  assertEquals(matchedAnswers(50, { tokensPerAnswer: 100, sharedTokens: 100 }), {
    numAnswers: 1,
    tokens: 200,
    ratio: 4,
  });
});

Deno.test("matchedAnswers() is not led astray by rounding", () => {
  // 0.3 / 0.1 is 2.9999999999999996 in doubles
  assertEquals(matchedAnswers(.3, { tokensPerAnswer: .1 }).numAnswers, 3);
  // 1.1 / 0.1 is 11.000000000000002 in doubles
  assertEquals(matchedAnswers(1.1, { tokensPerAnswer: .1 }).numAnswers, 11);
});

Deno.test("matchedAnswers() finds n again from what n answers cost, and never costs less", () => {
  const some = fc.double({ min: 1, max: 1e4, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), some, some, (n, each, shared) => {
    const cost = { tokensPerAnswer: each, sharedTokens: shared };
    assertEquals(matchedAnswers(shared + n * each, cost).numAnswers, n);
    const between = matchedAnswers(shared + (n - .5) * each, cost);
    assertEquals(between.numAnswers, n);
    assert(between.ratio > 1);
  }));
});

Deno.test("matchedAnswers() refuses costs that are none", () => {
  for (const tokensPerAnswer of [0, -1, NaN, Infinity]) {
    assertThrows(() => matchedAnswers(9, { tokensPerAnswer }), RangeError, "tokensPerAnswer");
  }
  assertThrows(() => matchedAnswers(0, { tokensPerAnswer: 1 }), RangeError, "tokens must");
  assertThrows(
    () => matchedAnswers(9, { tokensPerAnswer: 1, sharedTokens: -1 }),
    RangeError,
    "sharedTokens",
  );
});
