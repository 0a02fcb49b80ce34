import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type Split, SPLITS } from "../../lib/tasks/mod.ts";
import {
  makeEntailment,
  readDerivation,
  type SmallWorldQuestion,
  smallWorldTokenizer as tokenizer,
} from "../../lib/worlds/small_world/mod.ts";

const DIFFICULTIES = [1, 2, 3] as const;

/** A label from whether the claim can hold and can fail in the worlds where the premises hold. */
function labelOf(worlds: Iterable<boolean>): string {
  const outcomes = new Set(worlds);
  assert(outcomes.size > 0, "the premises contradict each other");
  return outcomes.size === 2 ? "neutral" : outcomes.has(true) ? "entailment" : "contradiction";
}

/** Every world of sets: which of the 2^n kinds of thing exist; each set has a member. */
function* setWorlds(text: string): Generator<boolean> {
  const parsed = [...text.matchAll(/(all|some|no) (\w+)(?: things)? are (\w+)/g)];
  const sets = [...new Set(parsed.flatMap(([, , a, b]) => [a!, b!]))];
  const numKinds = 2 ** sets.length;
  const members = sets.map((_, s) => {
    let kinds = 0;
    for (let kind = 0; kind < numKinds; kind++) if (kind >> s & 1) kinds |= 1 << kind;
    return kinds;
  });
  const statements = parsed.map(([, quantity, a, b]) => {
    const [inA, inB] = [members[sets.indexOf(a!)]!, members[sets.indexOf(b!)]!];
    return (world: number) =>
      quantity === "all"
        ? (world & inA & ~inB) === 0
        : ((world & inA & inB) === 0) === (quantity === "no");
  });
  const claim = statements.pop()!;
  for (let world = 1; world < 2 ** numKinds; world++) {
    if (members.every((kinds) => world & kinds) && statements.every((holds) => holds(world))) {
      yield claim(world);
    }
  }
}

/** Every order of the people on each of the scales that are spoken of. */
function* orderWorlds(text: string): Generator<boolean> {
  const scales = [["older", "younger"], ["taller", "shorter"], ["faster", "slower"]];
  const parsed = [...text.matchAll(/(\w+) is (\w+) than (\w+)/g)].map(([, a, word, b]) => ({
    scale: scales.findIndex((words) => words.includes(word!)),
    pair: word === scales.flat()[2 * scales.findIndex((w) => w.includes(word!))]
      ? [a!, b!]
      : [b!, a!],
  }));
  const claim = parsed.pop()!;
  const people = [...new Set([claim, ...parsed].flatMap(({ pair }) => pair))];
  const used = [...new Set([claim, ...parsed].map(({ scale }) => scale))];
  const orders = permutations(people);
  const holds = (order: string[], [more, less]: string[]) =>
    order.indexOf(more!) < order.indexOf(less!);
  // Scales are independent: premises on other scales only have to be possible.
  for (const scale of used.filter((scale) => scale !== claim.scale)) {
    const spoken = parsed.filter((premise) => premise.scale === scale);
    assert(orders.some((order) => spoken.every(({ pair }) => holds(order, pair))));
  }
  const spoken = parsed.filter((premise) => premise.scale === claim.scale);
  for (const order of orders) {
    if (spoken.every(({ pair }) => holds(order, pair))) yield holds(order, claim.pair);
  }
}

/** Every number that somebody may have had at first. */
function* quantityWorlds(text: string): Generator<boolean> {
  const bounds = [...text.matchAll(/has (more than|fewer than|exactly) (\d+)/g)];
  const meets = (count: number, [, bound, n]: RegExpMatchArray) =>
    bound === "exactly"
      ? count === Number(n)
      : bound === "more than"
      ? count > Number(n)
      : count < Number(n);
  const changes = [...text.matchAll(/(buys|finds|gets|loses|sells|drops) (\d+)/g)].map((
    [, verb, n],
  ) => ["buys", "finds", "gets"].includes(verb!) ? Number(n) : -Number(n));
  for (let first = 0; first < 1000; first++) {
    if (!meets(first, bounds[0]!)) continue;
    let count = first;
    const possible = changes.every((change) => (count += change) >= 0);
    if (possible) yield meets(count, bounds[1]!);
  }
}

function permutations(items: readonly string[]): string[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest])
  );
}

function domainOf({ text }: SmallWorldQuestion): "sets" | "orders" | "quantities" {
  return text.includes(" are ") ? "sets" : text.includes(" is ") ? "orders" : "quantities";
}

const WORLDS = { sets: setWorlds, orders: orderWorlds, quantities: quantityWorlds };

Deno.test("question() has the label that holds in all possible worlds", () => {
  for (const difficulty of DIFFICULTIES) {
    const task = makeEntailment({ seed: 9, difficulty });
    for (let i = 0; i < (difficulty === 3 ? 90 : 300); i++) {
      const question = task.questions(SPLITS[i % 5]!).at(i);
      const worlds = WORLDS[domainOf(question)];
      assertEquals(labelOf(worlds(question.text)), question.gold, question.text);
      assertEquals(task.extract(question.solution), { answer: question.gold, boxed: true });
    }
  }
});

Deno.test("question() works sets, orders and quantities out step by step", () => {
  const task = makeEntailment({ seed: 0, difficulty: 2 });
  const sample = (text: string) => {
    const question = { id: "", text, gold: "", solution: "", difficulty: 2 };
    return task.sampleSolution(question, Random.fromSeed(0), { slipRate: 0 });
  };
  const cases: [text: string, solution: string][] = [
    [
      "all pens are red . no red things are old . Claim : some pens are old ?",
      "pens red : all . pens old : no . \\boxed{contradiction}",
    ],
    [
      "all pens are red . all red things are old . Claim : some old things are pens ?",
      "pens red : all . pens old : all . old pens : some . \\boxed{entailment}",
    ],
    [
      "all pens are red . some red things are old . Claim : all pens are old ?",
      "pens red : all . pens old : open . \\boxed{neutral}",
    ],
    [
      "Tom is older than Ann . Bob is younger than Ann . Claim : Bob is older than Tom ?",
      "Tom > Ann . Tom > Bob . \\boxed{contradiction}",
    ],
    [
      "Tom is older than Ann . Bob is older than Ann . Claim : Tom is older than Bob ?",
      "Tom > Ann . Tom ? Bob . \\boxed{neutral}",
    ],
    [
      "Tom is older than Ann . Ann is faster than Bob . Claim : Tom is older than Bob ?",
      "Tom > Ann . Tom ? Bob . \\boxed{neutral}",
    ],
    [
      "Tom has more than 05 pens . Tom buys 03 pens . Claim : Tom has more than 06 pens ?",
      "05 + 03 = 08 . 08 > 06 . \\boxed{entailment}",
    ],
    [
      "Tom has fewer than 09 pens . Tom loses 03 pens . Claim : Tom has exactly 06 pens ?",
      "09 - 03 = 06 . 06 = 06 . \\boxed{contradiction}",
    ],
  ];
  for (const [text, solution] of cases) assertEquals(sample(text), solution);
});

Deno.test("question() gives three questions in a row the three labels, and all families", () => {
  for (const difficulty of DIFFICULTIES) {
    const task = makeEntailment({ seed: 1, difficulty });
    const families = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      const triple = [0, 1, 2].map((k) => task.questions("train").at(3 * i + k));
      assertEquals(new Set(triple.map(({ gold }) => gold)).size, 3);
      for (const question of triple) {
        const key = `${domainOf(question)} ${question.gold}`;
        families.set(key, (families.get(key) ?? 0) + 1);
      }
    }
    assertEquals(families.size, 9);
    for (const [key, count] of families) assert(count > 15, `${key}: ${count}`);
  }
});

Deno.test("question() has no content in two splits, whatever the seed and difficulty", () => {
  const splitByContent = new Map<string, Split>();
  for (const difficulty of DIFFICULTIES) {
    for (const seed of [0, 1]) {
      const task = makeEntailment({ seed, difficulty });
      for (const split of SPLITS) {
        for (let i = 0; i < 120; i++) {
          const { content } = readDerivation(task.questions(split).at(i).text);
          assertEquals(splitByContent.get(content) ?? split, split, content);
          splitByContent.set(content, split);
        }
      }
    }
  }
});

Deno.test("readDerivation() sees through the wording of orders", () => {
  const contents = [
    "Tom is older than Ann . Ann is older than Bob . Claim : Tom is older than Bob ?",
    "Ann is younger than Tom . Bob is younger than Ann . Claim : Bob is younger than Tom ?",
    "Ann is older than Bob . Tom is older than Ann . Claim : Tom is older than Bob ?",
  ].map((text) => readDerivation(text).content);
  assertEquals(new Set(contents).size, 1);
});

Deno.test("question() is deterministic and goes through the tokenizer unchanged", () => {
  for (const difficulty of DIFFICULTIES) {
    const task = makeEntailment({ seed: 2, difficulty });
    for (let i = 0; i < 150; i++) {
      const question = task.questions("train").at(i);
      assertEquals(makeEntailment({ seed: 2, difficulty }).questions("train").at(i), question);
      for (const text of [question.text, question.solution]) {
        assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
      }
    }
  }
});

Deno.test("sampleSolution() slips into another label with a justification of the same length", () => {
  const task = makeEntailment({ seed: 3, difficulty: 2 });
  let [wrong, total] = [0, 0];
  for (let i = 0; i < 900; i++) {
    const question = task.questions("pretrain").at(i);
    const sampled = task.sampleSolution(question, Random.fromSeed(i), { slipRate: 0.25 });
    const { answer, boxed } = task.extract(sampled);
    assert(boxed && answer !== null, sampled);
    assertEquals(sampled.split(" . ").length, question.solution.split(" . ").length);
    assertEquals(tokenizer.decode(tokenizer.encode(sampled)), sampled);
    // A wrong label comes from a wrong step, never from a slip of the box alone.
    if (answer !== question.gold) {
      assert(sampled.split(" \\boxed")[0] !== question.solution.split(" \\boxed")[0], sampled);
      wrong++;
    }
    total++;
  }
  // Two steps (sometimes three, sometimes one that cannot mislead) at 0.25: between 0.25 and 0.58.
  assertAlmostEquals(wrong / total, 0.4, 0.1);
  const question = task.questions("pretrain").at(0);
  const clean = task.sampleSolution(question, Random.fromSeed(0), { slipRate: 0 });
  assertEquals(clean, question.solution);
});

Deno.test("makeEntailment() throws for a bad difficulty, and for a question it cannot read", () => {
  assertThrows(() => makeEntailment({ seed: 0, difficulty: 0 }), RangeError, "difficulty must be");
  assertThrows(() => readDerivation("Tom has 23 pens ."), SyntaxError, "must be about");
});
