import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { voteCredit } from "../../lib/evaluation/mod.ts";

const votes = (answers: readonly (string | null)[], gold = "1") =>
  answers.map((answer) => ({ answer, correct: answer === gold }));
const BOTH = ["paper", "official"] as const;
const someAnswers = fc.array(fc.constantFrom("1", "2", "3", null), { minLength: 1, maxLength: 7 });

Deno.test("voteCredit() shares ties and gives an invalid answer no credit, in both modes", () => {
  for (const compat of BOTH) {
    assertEquals(voteCredit(votes(["1", "2"]), { compat }), .5);
    assertEquals(voteCredit(votes([null, "1"]), { compat }), 1);
    assertAlmostEquals(voteCredit(votes(["4", "6", "7"], "4"), { compat }), 1 / 3, 1e-12);
  }
});

Deno.test("voteCredit() of votes worked by hand", () => {
  for (const compat of BOTH) {
    assertEquals(voteCredit(votes(["1", "1", "2"]), { compat }), 1);
    assertEquals(voteCredit(votes(["2", "2", "1"]), { compat }), 0);
    assertEquals(voteCredit(votes(["2", "3"]), { compat }), 0);
    assertEquals(voteCredit(votes([null, null]), { compat }), 0);
    // 2 and 1 have two votes each, 3 has one
    assertEquals(voteCredit(votes(["1", "2", "3", "2", "1"]), { compat }), .5);
  }
});

Deno.test("voteCredit() counts a majority of invalid answers in official mode only", () => {
  const most = votes([null, null, "1"]);
  assertEquals(voteCredit(most), 1);
  assertEquals(voteCredit(most, { compat: "official" }), 0);
  // "invalid" ties with two answers: it is taken out, the other two remain tied
  const tied = votes([null, "1", "2"]);
  assertEquals(BOTH.map((compat) => voteCredit(tied, { compat })), [.5, .5]);
});

Deno.test("voteCredit() counts right answers together, however they are written", () => {
  const written = [
    { answer: "12", correct: true },
    { answer: "12.0", correct: true },
    { answer: "7", correct: false },
  ];
  assertEquals(voteCredit(written), 1);
});

Deno.test("voteCredit() does not depend on the order and names of agents or of wrong answers", () => {
  fc.assert(fc.property(someAnswers, fc.constantFrom(...BOTH), (answers, compat) => {
    const credit = voteCredit(votes(answers), { compat });
    assert(credit >= 0 && credit <= 1);
    assertEquals(voteCredit(votes([...answers].reverse()), { compat }), credit);
    const renamed = answers.map((x) => x === "2" ? "9" : x === "3" ? "8" : x);
    assertEquals(voteCredit(votes(renamed), { compat }), credit);
    // One more right vote never lowers the credit, one more wrong vote never raises it.
    assert(voteCredit(votes([...answers, "1"]), { compat }) >= credit);
    assert(voteCredit(votes([...answers, "2"]), { compat }) <= credit);
  }));
});

Deno.test("voteCredit() equals drawing from the candidates as lists", () => {
  fc.assert(fc.property(someAnswers, (answers) => {
    const counts = new Map<string, number>();
    for (const answer of answers) {
      counts.set(answer ?? "invalid", 1 + (counts.get(answer ?? "invalid") ?? 0));
    }
    const most = Math.max(...counts.values());
    let tied = [...counts].filter(([, count]) => count === most).map(([answer]) => answer);
    if (tied.length > 1) tied = tied.filter((answer) => answer !== "invalid");
    const expected = tied.includes("1") ? 1 / tied.length : 0;
    assertEquals(voteCredit(votes(answers), { compat: "official" }), expected);
  }));
});

Deno.test("voteCredit() refuses a vote without voters", () => {
  assertThrows(() => voteCredit([]), RangeError, "0 votes");
});
