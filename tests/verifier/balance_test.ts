import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/mod.ts";
import { balanceAnswers, type BalanceOptions } from "../../lib/verifier/balance.ts";

interface Sample {
  readonly id: number;
  readonly question: string;
  readonly correct: boolean;
}

function options(changes: Partial<BalanceOptions<Sample>> = {}): BalanceOptions<Sample> {
  return {
    questionOf: (item) => item.question,
    isCorrect: (item) => item.correct,
    perClass: 2,
    shortage: "drop",
    random: Random.fromSeed(1),
    ...changes,
  };
}

/** `samples("a", 3, 1)`: question a with three right and one wrong answer. */
function samples(question: string, numRight: number, numWrong: number): Sample[] {
  return Array.from({ length: numRight + numWrong }, (_, id) => ({
    id,
    question,
    correct: id < numRight,
  }));
}

Deno.test("balanceAnswers() leaves out questions with a shortage and says which", () => {
  const items = [...samples("easy", 9, 1), ...samples("fair", 4, 3), ...samples("hard", 0, 5)];
  const { kept, report } = balanceAnswers(items, options());
  assertEquals(kept.map((item) => item.question), ["fair", "fair", "fair", "fair"]);
  assertEquals(kept.filter((item) => item.correct).length, 2);
  assertEquals(report, {
    numQuestions: 3,
    numAnswers: 22,
    numKeptQuestions: 1,
    numKeptAnswers: 4,
    short: [
      { question: "easy", numRight: 9, numWrong: 1, numKeptPerClass: 0 },
      { question: "hard", numRight: 0, numWrong: 5, numKeptPerClass: 0 },
    ],
  });
});

Deno.test("balanceAnswers() can keep what the rarer class allows", () => {
  const items = [...samples("easy", 9, 1), ...samples("fair", 4, 3), ...samples("hard", 0, 5)];
  const { kept, report } = balanceAnswers(items, options({ shortage: "keep_min" }));
  assertEquals(kept.map((item) => item.question), ["easy", "easy", "fair", "fair", "fair", "fair"]);
  assertEquals(report.numKeptQuestions, 2);
  assertEquals(report.short.map((entry) => entry.numKeptPerClass), [1, 0]);
});

Deno.test("balanceAnswers() picks by seed, question by question", () => {
  const items = samples("a", 20, 20);
  const ids = (random: Random, others: Sample[] = []) =>
    balanceAnswers([...others, ...items], options({ random, perClass: 5 })).kept
      .filter((item) => item.question === "a").map((item) => item.id);
  assertEquals(ids(Random.fromSeed(1)), ids(Random.fromSeed(1)));
  assertNotEquals(ids(Random.fromSeed(1)), ids(Random.fromSeed(2)));
  // Other questions do not change which answers of this one are picked.
  assertEquals(ids(Random.fromSeed(1), samples("b", 7, 7)), ids(Random.fromSeed(1)));
  // Equal questions get picks of their own.
  const two = [...items, ...samples("b", 20, 20)];
  const { kept } = balanceAnswers(two, options({ perClass: 5 }));
  const idsOf = (question: string) =>
    kept.filter((item) => item.question === question).map((item) => item.id);
  assertNotEquals(idsOf("a"), idsOf("b"));
  // The stream that is passed in is not used up.
  const random = Random.fromSeed(3);
  ids(random);
  assertEquals(random.state(), Random.fromSeed(3).state());
});

Deno.test("balanceAnswers() picks every answer equally often", () => {
  const items = samples("a", 4, 2);
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 400; seed++) {
    const { kept } = balanceAnswers(items, options({ random: Random.fromSeed(seed) }));
    for (const item of kept) if (item.correct) counts[item.id]!++;
  }
  // 2 of 4 in 400 draws: 200 expected, standard deviation 10
  for (const count of counts) assert(Math.abs(count - 200) < 50, `${counts}`);
});

Deno.test("balanceAnswers() always gives equal classes per question, in order, without repeats", () => {
  const item = fc.record({
    id: fc.nat(),
    question: fc.constantFrom("a", "b", "c"),
    correct: fc.boolean(),
  });
  const many = fc.uniqueArray(item, { selector: (x) => x.id, maxLength: 40 });
  const shortages = fc.constantFrom("drop" as const, "keep_min" as const);
  fc.assert(fc.property(many, fc.integer({ min: 1, max: 4 }), shortages, (items, n, shortage) => {
    const { kept, report } = balanceAnswers(items, options({ perClass: n, shortage }));
    assertEquals(kept, items.filter((x) => kept.includes(x)));
    for (const question of ["a", "b", "c"]) {
      const of = kept.filter((x) => x.question === question);
      const right = of.filter((x) => x.correct).length;
      assertEquals(of.length, 2 * right);
      assert(right <= n && (shortage === "keep_min" || right === 0 || right === n));
    }
    assertEquals(report.numKeptAnswers, kept.length);
  }));
});

Deno.test("balanceAnswers() of nothing is nothing, and refuses perClass below 1", () => {
  assertEquals(balanceAnswers([], options()).kept, []);
  for (const perClass of [0, -1, 1.5, NaN]) {
    assertThrows(() => balanceAnswers([], options({ perClass })), RangeError, "perClass must");
  }
});
