import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  answersByQuestion,
  BEST_OF_N,
  bootstrapDifference,
  drawResamples,
  majorityVote,
  ORACLE_BEST_OF_N,
  type ScoredAnswer,
  selectionCredits,
  WEIGHTED_VOTE,
} from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";
import { scored, subsetsByBits } from "./scored.ts";
import { selectionCurve, type SelectionPoint } from "./selection_curve.ts";

const random = Random.fromSeed(11);

Deno.test("selectionCredits() of two questions worked by hand", () => {
  const answersQN = [
    scored(["1", .9], ["2", .5], ["2", .4]),
    scored(["2", .9], ["1", .5], ["1", .1]),
  ];
  const estimates = (curve: ReturnType<typeof selectionCurve>) =>
    curve.map(({ accuracy }) => accuracy.estimate);
  const near = (actual: number[], expected: number[]) => {
    assertEquals(actual.length, expected.length);
    for (const [i, value] of actual.entries()) assertAlmostEquals(value, expected[i]!, 1e-12);
  };
  // one answer: 1/3 and 2/3; the vote of all: 0 and 1; of two: (½ + ½ + 0)/3 and (½ + ½ + 1)/3
  near(estimates(selectionCurve(answersQN, majorityVote(), { random })), [.5, .5, .5]);
  // best of two: 2/3 and 1/3; best of three: 1 and 0
  const best = selectionCurve(answersQN, BEST_OF_N, { random });
  near(estimates(best), [.5, .5, .5]);
  near([...best[1]!.creditsQ], [2 / 3, 1 / 3]);
  assertEquals(best[2]!.creditsQ, [1, 0]);
  // oracle: two of three hold the one right answer in 2 of 3 pairs
  near(estimates(selectionCurve(answersQN, ORACLE_BEST_OF_N, { random })), [.5, 5 / 6, 1]);
  // weighted: .9 against .5 + .4 ties; .9 against .5 + .1 loses; two: (1 + 1 + 0)/3, (0 + 0 + 1)/3
  near(estimates(selectionCurve(answersQN, WEIGHTED_VOTE, { random })), [.5, .5, .25]);
});

Deno.test("selectionCredits() without a formula lists all subsets of few answers", () => {
  const answersQN = [
    scored(["1", .2], ["2", .3], ["3", .1], [null, .9], ["1", .2]),
    scored(["2", .7], ["1", .3], ["1", .4], ["1", .1], ["2", .1]),
  ];
  for (const rule of [majorityVote(), BEST_OF_N, ORACLE_BEST_OF_N]) {
    const { name, credit } = rule;
    const listed = selectionCurve<ScoredAnswer>(answersQN, { name, credit }, { random });
    const exact = selectionCurve<ScoredAnswer>(answersQN, rule, { random });
    for (const [i, { creditsQ, isExact }] of listed.entries()) {
      assert(isExact);
      for (const [q, value] of creditsQ.entries()) {
        assertAlmostEquals(value, exact[i]!.creditsQ[q]!, 1e-12);
      }
    }
  }
});

Deno.test("selectionCredits() says where subsets were drawn, and is then near the mean over all", () => {
  const answers = scored(
    ...Array.from({ length: 14 }, (_, i): [string, number] => [`${1 + i % 3}`, (i * 7 % 10) / 10]),
  );
  const curve = selectionCurve([answers], WEIGHTED_VOTE, { random });
  // C(14, 3) = 364 subsets are listed, C(14, 4) = 1001 are too many for 1000
  assertEquals(
    curve.map(({ isExact }) => isExact),
    Array.from({ length: 14 }, (_, i) => i + 1 <= 3 || i + 1 >= 11),
  );
  for (const n of [5, 8]) {
    const all = subsetsByBits(answers, n);
    const mean = all.reduce((sum, subset) => sum + WEIGHTED_VOTE.credit(subset), 0) / all.length;
    // five standard deviations of a mean of 1000 credits in [0, 1], each at most ½
    assertAlmostEquals(curve[n - 1]!.creditsQ[0]!, mean, 5 * .5 / Math.sqrt(1000));
  }
  const more = selectionCurve([answers], WEIGHTED_VOTE, { random, maxSubsets: 4000 });
  assert(more.every(({ isExact }) => isExact)); // C(14, 7) = 3432
});

Deno.test("selectionCredits() has no bias: the mean of drawn sets of answers is the true accuracy", () => {
  // Right with score .8 in .4, wrong with score .6 in .35, wrong with score .8 in .25.
  // Best of two right: .4² + 2 · .4 · .35 + 2 · .4 · .25 / 2 = .54, whatever N is.
  const stream = random.split("answers");
  const [right, low, high] = scored(["1", .8], ["2", .6], ["3", .8]);
  const answersQN = Array.from({ length: 4000 }, () =>
    Array.from({ length: 6 }, () => {
      const u = stream.uniform();
      return u < .4 ? right! : u < .75 ? low! : high!;
    }));
  const { estimate, low: lower, high: upper } =
    selectionCurve(answersQN, BEST_OF_N, { random, level: .999, numResamples: 1000 })[1]!.accuracy;
  assert(lower < .54 && .54 < upper, `${lower} ${estimate} ${upper}`);
  assert(upper - lower < .04);
});

Deno.test("selectionCredits() ends at the question with fewest answers", () => {
  const answersQN = [scored(["1", .1], ["2", .2], ["1", .3]), scored(["1", .5], ["2", .6])];
  for (const rule of [BEST_OF_N, WEIGHTED_VOTE]) {
    const curve = selectionCurve(answersQN, rule, { random });
    assertEquals(curve.map(({ numAnswers }) => numAnswers), [1, 2]);
    // the first question's third answer still counts: one answer of three is right in 2/3
    assertAlmostEquals(curve[0]!.creditsQ[0]!, 2 / 3, 1e-12);
  }
});

Deno.test("selectionCredits() gives credits that pair with another system's", () => {
  const answersQN = Array.from(
    { length: 40 },
    (_, q) => scored(["1", q % 2 ? .9 : .2], ["2", .5], ["2", .4]),
  );
  const one = selectionCurve(answersQN, ORACLE_BEST_OF_N, { random });
  const other = selectionCurve(answersQN, BEST_OF_N, { random });
  const difference = bootstrapDifference(one[2]!.creditsQ, other[2]!.creditsQ, {
    resamples: drawResamples(40, { random }),
    bounds: { low: 0, high: 1 },
  })!;
  // the verifier is wrong in every second question, the oracle never
  assertEquals(difference.estimate, .5);
  assert(difference.low > .3 && difference.high < .7);
});

Deno.test("selectionCredits() gives right answers alone an interval that ends below 1", () => {
  const answersQN = Array.from({ length: 20 }, () => scored(["1", .9]));
  const [{ accuracy }] = selectionCurve(answersQN, BEST_OF_N, { random }) as [SelectionPoint];
  assertEquals([accuracy.estimate, accuracy.high, accuracy.few], [1, 1, true]);
  assert(accuracy.low < .9, `${accuracy.low}`);
});

Deno.test("answersByQuestion() keeps what rows carry and counts no carried answer twice", () => {
  const rows = [
    ...discussion("short", [["1", "2"]]),
    ...discussion("long", [["2", "2"], ["1", null]]),
  ].map((row, i) => ({ ...row, score: i / 10 }));
  const { questions, answersQN } = answersByQuestion(rows);
  assertEquals(questions, ["short", "long"]);
  assertEquals(answersQN.map((answers) => answers.map(({ answer }) => answer)), [
    ["1", "2"],
    ["2", "2", "1", null],
  ]);
  assertEquals(answersQN[1]!.map(({ score }) => score), [.2, .3, .4, .5]);
  // best of four: the invalid one has the best score, the right one comes next
  assertEquals(BEST_OF_N.credit(answersQN[1]!), 1);
});

Deno.test("selectionCredits() refuses a question without answers", () => {
  for (const rule of [majorityVote(), BEST_OF_N, ORACLE_BEST_OF_N, WEIGHTED_VOTE]) {
    assertThrows(
      () => selectionCredits([scored(["1", 0]), []], rule, { random })(1),
      RangeError,
    );
  }
});
