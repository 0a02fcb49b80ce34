import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { SPLITS } from "../../lib/tasks/mod.ts";
import { FORMS } from "../../lib/worlds/word_problems/forms.ts";
import { makeWordProblems } from "../../lib/worlds/word_problems/mod.ts";
import {
  drawProblem,
  operationsOf,
  type Problem,
  problemContent,
} from "../../lib/worlds/word_problems/problem.ts";
import { tellProblem, tellSolution } from "../../lib/worlds/word_problems/telling.ts";
import { PEOPLE, timesInWords, writtenNumber } from "../../lib/worlds/word_problems/wording.ts";

const task = makeWordProblems({ seed: 0, maxSteps: 3, heldOutForms: true });
const take = (split: string, count: number, of = task) =>
  Array.from({ length: count }, (_, i) => of.questions(split).at(i));

Deno.test("operationsOf() computes by hand what a story tells", () => {
  const results = (problem: Problem) => operationsOf(problem).map(({ result }) => result);
  // 3 boxes of 4; 2 more; half is given away.
  assertEquals(
    results({
      start: { kind: "groups", groups: 3, size: 4 },
      changes: [{ kind: "gain", amount: 2 }, { kind: "half" }],
      ending: { kind: "held" },
    }),
    [12, 14, 7],
  );
  const from = (kind: "share" | "price" | "more" | "fewer" | "times" | "together" | "both") =>
    results({ start: { kind: "count", count: 20 }, changes: [], ending: { kind, amount: 4 } });
  assertEquals(from("share"), [5]);
  assertEquals(from("price"), [80]);
  assertEquals(from("more"), [24]);
  assertEquals(from("fewer"), [16]);
  assertEquals(from("times"), [80]);
  assertEquals(from("together"), [24]);
  assertEquals(from("both"), [24, 44]); // the other has 24, and 20 + 24
});

Deno.test("drawProblem() has as many steps as asked, with whole numbers from 2 to 9999", () => {
  const random = Random.fromSeed(1);
  for (const numSteps of [1, 2, 3]) {
    for (let i = 0; i < 300; i++) {
      const operations = operationsOf(drawProblem(random, numSteps));
      assertEquals(operations.length, numSteps);
      for (const { result } of operations) {
        assert(Number.isInteger(result) && result >= 2 && result <= 9999);
      }
    }
  }
});

Deno.test("word problems: a solution's equations hold, follow each other, and end in the gold answer", () => {
  for (const split of SPLITS) {
    for (const { solution, gold, numSteps } of take(split, 100)) {
      const equations = [...solution.matchAll(/(\d+) ([-+*/]) (\d+) = (\d+)/g)];
      assertEquals(equations.length, numSteps);
      for (const [, a, sign, b, c] of equations) {
        const [left, right] = [Number(a), Number(b)];
        const results = { "+": left + right, "-": left - right, "*": left * right };
        assertEquals(Number(c), { ...results, "/": left / right }[sign!]);
      }
      assertEquals(equations.at(-1)![4], gold);
      assertEquals(task.extract(solution), { answer: gold, boxed: true });
    }
  }
});

Deno.test("word problems: a question is a function of seed, split and index; another seed asks others", () => {
  const [again, other] = [0, 1].map((seed) =>
    take("train", 50, makeWordProblems({ seed, maxSteps: 3, heldOutForms: true }))
  );
  assertEquals(again, take("train", 50));
  assert(other!.every(({ text }, i) => text !== again![i]!.text));
});

Deno.test("word problems: no computation is in two splits, whatever the words or the seed", () => {
  const contents = SPLITS.map((split) =>
    new Set(
      [0, 1].flatMap((seed) =>
        take(split, 400, makeWordProblems({ seed, maxSteps: 2, heldOutForms: true }))
          .map(({ content }) => content)
      ),
    )
  );
  for (const [i, one] of contents.entries()) {
    assert(one.size > 400); // one step with small numbers comes again
    for (const other of contents.slice(i + 1)) assertEquals([...one.intersection(other)], []);
  }
  const [a, b]: Problem[] = [19, 20].map((amount) => ({
    start: { kind: "count", count: 60 },
    changes: [{ kind: "half" }],
    ending: { kind: "more", amount },
  }));
  assertEquals(problemContent(a!), "word problem: count 60, half, more 19");
  assert(problemContent(a!) !== problemContent(b!));
});

Deno.test("word problems: test questions have sentences that no other split has, unless they are not held out", () => {
  const starts = (questions: readonly { text: string }[]) =>
    new Set(questions.map(({ text }) => / owns | desk\.|^Each of |^On each /.test(text)));
  assertEquals(starts(take("test", 200)), new Set([true]));
  for (const split of SPLITS.filter((name) => name !== "test")) {
    assertEquals(starts(take(split, 200)), new Set([false]));
  }
  const alike = makeWordProblems({ seed: 0, maxSteps: 3, heldOutForms: false });
  assertEquals(starts(take("test", 200, alike)), new Set([false]));
});

Deno.test("every sentence ends, begins with a capital letter, and names all its numbers", () => {
  const [who, friend] = [PEOPLE[0]!, PEOPLE.at(-1)!];
  const cast = { who, friend, things: "books" };
  for (const [kind, { seen, heldOut }] of Object.entries(FORMS)) {
    for (const form of [...seen, ...heldOut]) {
      const text = form({ ...cast, n: "11", k: "12" });
      assertMatch(text, /[.?]$/);
      assert(!/undefined| {2}|\$\{/.test(text), text);
      if (!["half", "held"].includes(kind)) assertMatch(text, /11/);
      if (kind === "groups") assertMatch(text, /12/);
    }
  }
  const problem: Problem = {
    start: { kind: "count", count: 1200 },
    changes: [{ kind: "loss", amount: 30 }],
    ending: { kind: "price", amount: 3 },
  };
  for (let seed = 0; seed < 40; seed++) {
    const random = Random.fromSeed(seed);
    const text = tellProblem(problem, cast, { random, isHeldOut: seed % 2 === 0 });
    assertMatch(text, /1,200/);
    assertMatch(text, /\b3 dollars|\$3\b/); // no words for prices
    for (const sentence of text.split(/(?<=[.?]) /)) assertMatch(sentence, /^[A-Z0-9]/);
    assertMatch(tellSolution(problem, cast, random), /1170 \* 3 = 3510/);
  }
});

Deno.test("writtenNumber() writes words up to twenty, digits above, and commas from a thousand on", () => {
  const written = (value: number) =>
    new Set(Array.from({ length: 60 }, (_, i) => writtenNumber(value, Random.fromSeed(i))));
  assertEquals(written(12), new Set(["12", "twelve"]));
  assertEquals(written(21), new Set(["21"]));
  assertEquals(written(1234), new Set(["1,234"]));
  assertEquals([2, 3, 5].map(timesInWords), ["twice", "three times", "five times"]);
});

Deno.test("word problems: tricky answers are read as people mean them", () => {
  const gold = "1200";
  const right = [
    "\\boxed{1200}",
    "\\boxed{1,200}",
    "\\boxed{$1,200}",
    "\\boxed{1200.0}",
    "So 1,200",
  ];
  const wrong = ["\\boxed{120}", "\\boxed{-1200}", "\\boxed{1200, 3}", "", "twelve hundred?"];
  for (const text of right) assert(task.isCorrect(task.extract(text).answer, gold), text);
  for (const text of wrong) assert(!task.isCorrect(task.extract(text).answer, gold), text);
});

Deno.test("makeWordProblems() refuses other numbers of steps", () => {
  assertThrows(() => makeWordProblems({ seed: 0, maxSteps: 4, heldOutForms: true }), RangeError);
});
