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
import {
  PEOPLE,
  THINGS,
  timesInWords,
  writtenNumber,
} from "../../lib/worlds/word_problems/wording.ts";

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
      for (const [i, [, left, , right]] of equations.entries()) {
        if (i > 0) assert([left, right].includes(equations[i - 1]![4])); // goes on from the one before
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

const NUMBER_WORDS =
  ("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
    "sixteen seventeen eighteen nineteen twenty").split(" ");

/** What a question asks for, from nothing but its text: by other patterns than those that wrote it. */
function answerOf(text: string): number {
  const digits = text.replace(/\btwice\b/g, "2 times").replace(/,(?=\d{3})/g, "")
    .replace(/\b[a-z]+\b/gi, (word) => {
      const index = NUMBER_WORDS.indexOf(word.toLowerCase());
      return index < 0 ? word : String(index + 2);
    });
  let held = NaN;
  for (const sentence of digits.split(/(?<=[.?]) /)) {
    const [n = NaN, k = NaN] = [...sentence.matchAll(/\d+/g)].map(Number);
    const is = (pattern: RegExp) => pattern.test(sentence);
    if (is(/^(How|What is)/)) continue;
    if (is(/boxes|packs of|\brows\b|bags holds|shelves/)) held = n * k;
    else if (is(/half/)) held /= 2;
    else if (is(/equally|same number|split evenly/)) held /= n;
    else if (is(/dollars each|worth|costs/)) held *= n;
    else if (is(/times as many/)) held *= n;
    else if (is(/^Now .* fewer than/)) held += n;
    else if (is(/^Now .* more than/)) held -= n;
    else if (is(/fewer .* than|lacks/)) held -= n;
    else if (is(/more .* than|besides/)) {
      held = /together|for the 2 of them/.test(digits) ? 2 * held + n : held + n;
    } else if (is(/to (his|her) brother|loses|sells|lost|donates|gone|throws/)) held -= n;
    else if (is(/more|another|additional|wins|gift/)) held += n;
    else held = (Number.isNaN(held) ? 0 : held) + n; // what is there at first, and what a friend has
  }
  return held;
}

Deno.test("word problems: whoever reads the text alone finds the gold answer", () => {
  for (const split of ["train", "test"]) {
    for (const { text, gold } of take(split, 600)) {
      assertEquals([text, answerOf(text)], [text, Number(gold)]);
    }
  }
});

Deno.test("word problems: no sentence comes twice, and none speaks of what another one may have meant", () => {
  for (const split of SPLITS) {
    for (const { text } of take(split, 300)) {
      const sentences = text.replaceAll(/\d[\d,]*/g, "N").split(/(?<=[.?]) /);
      assertEquals(new Set(sentences).size, sentences.length, text);
      assert(
        !/\b(them|it|ones?)\b/.test(
          text.replace(/one bag|two of them|all of them (her|his) own|One half/g, ""),
        ),
        text,
      );
    }
  }
});

Deno.test("word problems: no computation is in two splits, whatever the words or the seed", () => {
  // From the solutions, in which terms of sums and products may change places.
  const computed = (solution: string) =>
    [...solution.matchAll(/(\d+) ([-+*/]) (\d+)/g)].map(([, a, sign, b]) =>
      (sign === "+" || sign === "*" ? [a, b].sort() : [a, b]).join(sign)
    ).join(", ");
  const splits = SPLITS.map((split) =>
    new Set(
      [0, 1].flatMap((seed) =>
        take(split, 600, makeWordProblems({ seed, maxSteps: 3, heldOutForms: true }))
          .map(({ solution }) => computed(solution))
      ),
    )
  );
  for (const [i, one] of splits.entries()) {
    assert(one.size > 800); // one step with small numbers comes again
    for (const other of splits.slice(i + 1)) assertEquals([...one.intersection(other)], []);
  }
});

Deno.test("problemContent() is what is computed: other words for it are the same", () => {
  const [more, together, price]: Problem[] = [
    { start: { kind: "count", count: 60 }, changes: [], ending: { kind: "more", amount: 19 } },
    { start: { kind: "count", count: 19 }, changes: [], ending: { kind: "together", amount: 60 } },
    { start: { kind: "count", count: 60 }, changes: [], ending: { kind: "price", amount: 19 } },
  ];
  assertEquals(problemContent(more!), "word problem: 19 + 60");
  assertEquals(problemContent(together!), problemContent(more!));
  assertEquals(problemContent(price!), "word problem: 19 * 60");
});

/** A text with signs in the place of names, things, numbers and pronouns. */
function patternOf(text: string): string {
  const names = new RegExp(`\\b(${PEOPLE.map(({ name }) => name).join("|")})\\b`, "g");
  const things = new RegExp(`\\b(${THINGS.join("|")})\\b`, "g");
  return text.replaceAll(names, "W").replaceAll(things, "T")
    .replaceAll(/\d[\d,]*/g, "N").replaceAll(
      new RegExp(`\\b(${NUMBER_WORDS.join("|")})\\b`, "gi"),
      "N",
    )
    .replaceAll(/\btwice\b|N times/g, "N").replaceAll(/\b(she|he|her|him|his)\b/gi, "P");
}

/** The sentences of all kinds, with such signs. */
const patternsOf = (which: "seen" | "heldOut") =>
  Object.values(FORMS).flatMap((forms) => forms[which]).map((form) =>
    patternOf(form({ who: PEOPLE[0]!, friend: PEOPLE[1]!, things: THINGS[0]!, n: "11", k: "12" }))
  );

Deno.test("word problems: test questions have sentences that no other split has, unless they are not held out", () => {
  const [seen, heldOut] = [patternsOf("seen"), patternsOf("heldOut")];
  const has = (text: string, patterns: readonly string[]) =>
    patterns.some((pattern) => patternOf(text).includes(pattern));
  for (const { text } of take("test", 300)) assert(has(text, heldOut) && !has(text, seen), text);
  const alike = makeWordProblems({ seed: 0, maxSteps: 3, heldOutForms: false });
  const others = [
    ...SPLITS.filter((name) => name !== "test").flatMap((split) => take(split, 150)),
    ...take("test", 150, alike),
  ];
  for (const { text } of others) assert(has(text, seen) && !has(text, heldOut), text);
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
