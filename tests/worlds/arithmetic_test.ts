import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type Split, SPLITS } from "../../lib/tasks/mod.ts";
import {
  ARITHMETIC_LEVELS,
  type ArithmeticProblem,
  makeArithmetic,
  problemContent,
  readProblem,
  smallWorldTokenizer as tokenizer,
  writeSolution,
} from "../../lib/worlds/small_world/mod.ts";

const DIFFICULTIES = [1, 2, 3] as const;

/** Reads a word problem sentence by sentence, without any code of the task. */
function evaluateText(text: string): number {
  let held = NaN;
  for (const sentence of text.split(/ [.?]/)) {
    const [, verb, amount] = /^ ?(?:(?:Then|Now) )?\w+ (\w+) (\d+)/.exec(sentence) ?? [];
    if (verb === undefined) continue;
    const n = Number(amount);
    if (sentence.endsWith("times as many")) held *= n;
    else if (verb === "has") held = n;
    else held += ["buys", "finds", "gets"].includes(verb) ? n : -n;
  }
  return held;
}

Deno.test("makeArithmetic() gives the question of its documentation's form", () => {
  const question = makeArithmetic({ seed: 0, difficulty: 2 }).questions("pretrain").at(1);
  assertEquals(question, {
    id: "arithmetic/2/0/pretrain/1",
    text:
      "Ben has 15 stamps . Ben buys 13 stamps . Ben finds 13 stamps . How many stamps has Ben ?",
    gold: "41",
    solution: "15 + 13 = 28 . 28 + 13 = 41 . \\boxed{41}",
    difficulty: 2,
  });
});

Deno.test("question() has a gold answer that its text, its solution and its box agree on", () => {
  for (const difficulty of DIFFICULTIES) {
    const task = makeArithmetic({ seed: 5, difficulty });
    for (let i = 0; i < 300; i++) {
      const { text, gold, solution } = task.questions(SPLITS[i % 5]!).at(i);
      assertEquals(String(evaluateText(text)), gold, text);
      assertEquals(task.extract(solution), { answer: gold, boxed: true });
      assert(task.isCorrect(gold, gold));
      for (const [, left, sign, right, result] of solution.matchAll(/(\d+) (\S) (\d+) = (\d+)/g)) {
        const [a, b] = [Number(left), Number(right)];
        assertEquals(sign === "+" ? a + b : sign === "-" ? a - b : a * b, Number(result), solution);
      }
    }
  }
});

Deno.test("question() stays in the ranges of its difficulty", () => {
  for (const difficulty of DIFFICULTIES) {
    const { numSteps, maxResult } = ARITHMETIC_LEVELS[difficulty];
    const task = makeArithmetic({ seed: 1, difficulty });
    for (let i = 0; i < 200; i++) {
      const { solution } = task.questions("train").at(i);
      assertEquals(solution.split(" . ").length, numSteps + 1);
      for (const number of solution.match(/\d+/g)!) assert(Number(number) <= maxResult, solution);
    }
  }
});

Deno.test("question() uses every sentence form, person and thing", () => {
  const task = makeArithmetic({ seed: 2, difficulty: 2 });
  const words = new Set<string>();
  for (let i = 0; i < 400; i++) {
    task.questions("train").at(i).text.split(" ").forEach((w) => words.add(w));
  }
  for (const word of "buys finds gets loses sells drops Then Now Tom Bob pens keys".split(" ")) {
    assert(words.has(word), word);
  }
});

Deno.test("question() has no content in two splits, whatever the seed and difficulty", () => {
  const splitByContent = new Map<string, Split>();
  for (const difficulty of DIFFICULTIES) {
    for (const seed of [0, 1]) {
      const task = makeArithmetic({ seed, difficulty });
      for (const split of SPLITS) {
        for (let i = 0; i < 250; i++) {
          const content = problemContent(readProblem(task.questions(split).at(i).solution));
          assertEquals(splitByContent.get(content) ?? split, split, content);
          splitByContent.set(content, split);
        }
      }
    }
  }
  assert(splitByContent.size > 4000, `only ${splitByContent.size} distinct contents`);
});

Deno.test("question() is a function of seed, split and index, not of the order of calls", () => {
  const [a, b] = [
    makeArithmetic({ seed: 3, difficulty: 2 }),
    makeArithmetic({ seed: 3, difficulty: 2 }),
  ];
  const later = a.questions("test").at(7);
  for (let i = 0; i < 5; i++) b.questions("train").at(i);
  assertEquals(b.questions("test").at(7), later);
  assertNotEquals(
    makeArithmetic({ seed: 4, difficulty: 2 }).questions("test").at(7).text,
    later.text,
  );
  assertNotEquals(a.questions("test").at(8).text, later.text);
});

Deno.test("question() texts and solutions go through the tokenizer unchanged", () => {
  for (const difficulty of DIFFICULTIES) {
    const task = makeArithmetic({ seed: 6, difficulty });
    for (let i = 0; i < 200; i++) {
      const { text, solution } = task.questions("train").at(i);
      assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
      assertEquals(tokenizer.decode(tokenizer.encode(solution)), solution);
    }
  }
});

Deno.test("makeArithmetic() throws for a difficulty outside 1 to 3 and a bad index or slip rate", () => {
  for (const difficulty of [0, 4, 1.5, NaN]) {
    assertThrows(() => makeArithmetic({ seed: 0, difficulty }), RangeError, "difficulty must be");
  }
  const task = makeArithmetic({ seed: 0, difficulty: 1 });
  for (const index of [-1, 0.5, NaN]) {
    assertThrows(() => task.questions("train").at(index), RangeError, "index must be");
  }
  const question = task.questions("train").at(0);
  for (const slipRate of [-0.1, 1.1, NaN]) {
    const sample = () => task.sampleSolution(question, Random.fromSeed(0), { slipRate });
    assertThrows(sample, RangeError, "slipRate must be");
  }
});

Deno.test("sampleSolution() at rate 0 is the worked solution", () => {
  const task = makeArithmetic({ seed: 0, difficulty: 3 });
  for (let i = 0; i < 50; i++) {
    const question = task.questions("train").at(i);
    const sampled = task.sampleSolution(question, Random.fromSeed(i), { slipRate: 0 });
    assertEquals(sampled, question.solution);
  }
});

Deno.test("sampleSolution() slips at the given rate and goes on from the slipped number", () => {
  const task = makeArithmetic({ seed: 0, difficulty: 3 });
  let [steps, slips] = [0, 0];
  for (let i = 0; i < 1500; i++) {
    const question = task.questions("pretrain").at(i);
    const sampled = task.sampleSolution(question, Random.fromSeed(i), { slipRate: 0.3 });
    let held: string | undefined;
    const stated = [...sampled.matchAll(/(\d+) (\S) (\d+) = (\d+)/g)];
    for (const [, left, sign, right, result] of stated) {
      if (held !== undefined) assertEquals(left, held, sampled);
      const [a, b] = [Number(left), Number(right)];
      const off = Number(result) - (sign === "+" ? a + b : sign === "-" ? a - b : a * b);
      assert([0, 1, 2, 10].includes(Math.abs(off)), sampled);
      assert(Number(result) >= 0 && Number(result) <= 99, sampled);
      steps++;
      if (off !== 0) slips++;
      held = result;
    }
    assertEquals(stated.length, 3);
    assertEquals(task.extract(sampled).answer, String(Number(held)), sampled);
    assertEquals(tokenizer.decode(tokenizer.encode(sampled)), sampled);
  }
  // Now and then no wrong result keeps the rest in range, so the share is a little below the rate.
  assertAlmostEquals(slips / steps, 0.3, 0.03);
});

Deno.test("writeSolution() does not slip where every wrong result leaves the range", () => {
  // 49 + 1 = 50, then - 50 = 0 with results in [0, 50]: a sum above 50 is out of range, and from one
  // below 50 the subtraction is negative. Only the last step (0) can slip: to 1, 2 or 10.
  const problem: ArithmeticProblem = {
    start: 49,
    operations: [{ sign: "+", amount: 1 }, { sign: "-", amount: 50 }],
  };
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) {
    seen.add(writeSolution(problem, Random.fromSeed(i), { slipRate: 1, maxResult: 50 }));
  }
  assertEquals([...seen].sort(), [
    "49 + 01 = 50 . 50 - 50 = 01 . \\boxed{01}",
    "49 + 01 = 50 . 50 - 50 = 02 . \\boxed{02}",
    "49 + 01 = 50 . 50 - 50 = 10 . \\boxed{10}",
  ]);
});

Deno.test("readProblem() throws for a solution without steps", () => {
  assertThrows(() => readProblem("\\boxed{3}"), SyntaxError, "must have steps");
});
