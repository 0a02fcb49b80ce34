import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { expectedVoteCredits } from "../../lib/evaluation/mod.ts";

const votes = (answers: readonly (string | null)[]) =>
  answers.map((answer) => ({ answer, correct: answer === "1" }));
const times = (n: number, answer: string | null) => new Array<string | null>(n).fill(answer);

Deno.test("expectedVoteCredits() of two right and two equal wrong answers", () => {
  const [one, two, three, four] = expectedVoteCredits(votes(["1", "1", "2", "2"]));
  assertAlmostEquals(one!, 1 / 2, 1e-12);
  // {1, 1}: 1; {2, 2}: 0; four pairs {1, 2}: 1/2
  assertAlmostEquals(two!, (1 + 4 / 2) / 6, 1e-12);
  // {1, 1, 2} twice, {1, 2, 2} twice
  assertAlmostEquals(three!, 2 / 4, 1e-12);
  assertAlmostEquals(four!, 1 / 2, 1e-12);
});

Deno.test("expectedVoteCredits() counts invalid answers as asked", () => {
  const answers = votes(["1", null, null]);
  // {1}, {invalid} twice; {1, invalid} twice, {invalid, invalid}; all
  const paper = expectedVoteCredits(answers);
  for (const [i, expected] of [1 / 3, 2 / 3, 1].entries()) {
    assertAlmostEquals(paper[i]!, expected, 1e-12);
  }
  // In official mode two invalid ones beat the right one, and one loses the tie.
  const official = expectedVoteCredits(answers, { compat: "official" });
  for (const [i, expected] of [1 / 3, 2 / 3, 0].entries()) {
    assertAlmostEquals(official[i]!, expected, 1e-12);
  }
});

Deno.test("expectedVoteCredits() of many answers follows the binomial distribution", () => {
  // 1000 answers, 600 right and 400 alike and wrong: among 3 the draws are all but independent,
  // and 2 of 3 are right in .6³ + 3 · .6² · .4 = .648.
  const credits = expectedVoteCredits(votes([...times(600, "1"), ...times(400, "2")]));
  assertAlmostEquals(credits[2]!, .648, 1e-3);
  // exactly: [C(600, 3) + C(600, 2) · 400] / C(1000, 3)
  const choose2 = (n: number) => n * (n - 1) / 2;
  const choose3 = (n: number) => n * (n - 1) * (n - 2) / 6;
  assertAlmostEquals(
    credits[2]!,
    (choose3(600) + choose2(600) * 400) / choose3(1000),
    1e-12,
  );
  assert(credits.every((credit) => credit >= 0 && credit <= 1));
  assertAlmostEquals(credits[999]!, 1, 1e-9);
});

Deno.test("expectedVoteCredits() is 1 where all answers are right, 0 where none is", () => {
  for (const credit of expectedVoteCredits(votes(times(64, "1")))) {
    assertAlmostEquals(credit, 1, 1e-12);
  }
  assertEquals(expectedVoteCredits(votes(["2", null])), [0, 0]);
});

Deno.test("expectedVoteCredits() refuses no votes and too many", () => {
  assertThrows(() => expectedVoteCredits([]), RangeError, "there are 0 votes");
  assertThrows(() => expectedVoteCredits(votes(times(1001, "1"))), RangeError, "1001 votes");
});
