import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { splitOf } from "../../lib/tasks/mod.ts";
import {
  type ClosedBookTask,
  makeClosedBookArithmetic,
  makeClosedBookBoth,
  makeClosedBookEntailment,
  type SmallWorldQuestion,
} from "../../lib/worlds/small_world/mod.ts";

const config = {
  seed: 0,
  difficulty: 2,
  tailSeed: 0,
  tailExponent: { arithmetic: 1, entailment: 1 },
};
const arithmetic = makeClosedBookArithmetic(config);
const entailment = makeClosedBookEntailment(config);

/** 3 apples at what Ann asks, 2 nuts at what Ben pays. */
const PURCHASES: SmallWorldQuestion = {
  id: "tom",
  text: "Tom has 80 coins . Ann sells Tom 03 apples . Ben buys 02 nuts . How many coins has Tom ?",
  gold: "",
  solution: "",
  difficulty: 2,
};
const CLAIM: SmallWorldQuestion = {
  id: "pens",
  text: "pens are red ? red things are old ? no old things are big . Claim : some pens are big ?",
  gold: "",
  solution: "",
  difficulty: 2,
};

function questionsOf(task: ClosedBookTask, split: string, count: number): SmallWorldQuestion[] {
  return Array.from({ length: count }, (_, i) => task.questions(split).at(i));
}

Deno.test("arithmetic: a solution states each total, and works on from what it states", () => {
  assertEquals(
    arithmetic.solutionFrom(PURCHASES, ["12", "10"]),
    "Ann apples 12 . 80 - 12 = 68 . Ben nuts 10 . 68 + 10 = 78 . \\boxed{78}",
  );
  assertEquals(arithmetic.solutionFrom(PURCHASES, ["12", "40"]), null); // 108 has three digits
  assertEquals(
    arithmetic.recalled(PURCHASES).map(({ options }) => options),
    [["6", "9", "12", "15", "18", "21"], ["4", "6", "8", "10", "12", "14"]],
  );
});

Deno.test("entailment: a solution states each fact, and chains what it states", () => {
  assertEquals(
    entailment.solutionFrom(CLAIM, ["all", "all"]),
    "pens red : all . red old : all . pens old : all . pens big : no . \\boxed{contradiction}",
  );
  assertEquals(
    entailment.solutionFrom(CLAIM, ["no", "all"]),
    "pens red : no . red old : all . pens old : open . pens big : open . \\boxed{neutral}",
  );
  // Some pens are red, all red things old, no old things big: not all pens are big, which chaining cannot tell.
  // Such a question is not asked, but who thinks so may chain so.
  const question = { ...CLAIM, text: CLAIM.text.replace("some pens", "all pens") };
  assertEquals(
    entailment.solutionFrom(question, ["some", "all"]),
    "pens red : some . red old : all . pens old : some . pens big : open . \\boxed{neutral}",
  );
  assertEquals(entailment.solutionFrom(CLAIM, ["open", "all"]), null);
});

Deno.test("solutions are right exactly by what is so", () => {
  for (const task of [arithmetic, entailment]) {
    for (const question of questionsOf(task, "train", 60)) {
      const recalled = task.recalled(question);
      assertEquals(recalled.length, 2);
      const truth = recalled.map(({ value }) => value);
      assertEquals(task.solutionFrom(question, truth), question.solution);
      assert(task.isCorrect(task.extract(question.solution).answer, question.gold));
      for (const { value, options } of recalled) assert(options.includes(value));
    }
  }
  // A wrong price is a wrong answer, unless another makes up for it.
  for (const question of questionsOf(arithmetic, "train", 60)) {
    const [first, second] = arithmetic.recalled(question);
    for (const wrong of first!.options.filter((option) => option !== first!.value)) {
      const solution = arithmetic.solutionFrom(question, [wrong, second!.value]);
      if (solution === null) continue;
      assert(!arithmetic.isCorrect(arithmetic.extract(solution).answer, question.gold), solution);
    }
  }
});

Deno.test("valuesOf() reads what is stated, and nothing that does not follow from it", () => {
  for (const task of [arithmetic, entailment]) {
    const random = Random.fromSeed(2);
    for (const question of questionsOf(task, "train", 40)) {
      const values = task.recalled(question).map(({ options }) => random.choice(options));
      const solution = task.solutionFrom(question, values);
      if (solution === null) continue;
      assertEquals(task.valuesOf(question, solution), values);
      const tampered = [
        "",
        "?",
        solution.slice(0, -1),
        `${solution} .`,
        solution.replace(/\\boxed\{\w/, "\\boxed{x"),
        solution.split(" . ").slice(1).join(" . "),
      ];
      for (const text of tampered) assertEquals(task.valuesOf(question, text), null, text);
    }
  }
  assertEquals(
    arithmetic.valuesOf(
      PURCHASES,
      "Ann apples 12 . 80 - 12 = 69 . Ben nuts 10 . 69 + 10 = 79 . \\boxed{79}",
    ),
    null,
  );
});

Deno.test("which facts are rare in pretraining moves no question of another split", () => {
  const texts = (task: ClosedBookTask, split: string) =>
    questionsOf(task, split, 30).map(({ text }) => text);
  const rare = { ...config, tailSeed: 5, tailExponent: { arithmetic: 3, entailment: 3 } };
  for (const make of [makeClosedBookArithmetic, makeClosedBookEntailment, makeClosedBookBoth]) {
    for (const split of ["verifier", "train", "validation", "test"]) {
      assertEquals(texts(make(rare), split), texts(make(config), split), split);
    }
    assertNotEquals(texts(make(rare), "pretrain"), texts(make(config), "pretrain"));
  }
});

Deno.test("the same facts are so in all questions, whatever the seeds", () => {
  const values = new Map<string, string>();
  for (const [seed, tailSeed] of [[0, 0], [1, 0], [2, 5]] as const) {
    const task = makeClosedBookEntailment({
      ...config,
      seed,
      tailSeed,
      tailExponent: { arithmetic: 2, entailment: 2 },
    });
    for (const question of questionsOf(task, seed === 1 ? "test" : "pretrain", 150)) {
      const asked = question.text.split(" Claim")[0]!.matchAll(/(\w+)(?: things)? are (\w+) \?/g);
      const keys = Array.from(asked, ([, subject, object]) => `${subject} ${object}`);
      for (const [k, { value }] of task.recalled(question).entries()) {
        const key = keys[k]!;
        assertEquals(values.get(key) ?? value, value, key);
        values.set(key, value);
      }
    }
  }
  assert(values.size > 100);
});

Deno.test("every question belongs to its split, and labels come as often as each other", () => {
  for (const split of ["pretrain", "test"]) {
    const golds = questionsOf(entailment, split, 30).map(({ gold }) => gold);
    for (const label of ["entailment", "neutral", "contradiction"]) {
      assertEquals(golds.filter((gold) => gold === label).length, 10);
    }
    for (const { text } of questionsOf(entailment, split, 30)) assertEquals(splitOf(text), split);
  }
  const contents = (split: string) =>
    new Set(questionsOf(arithmetic, split, 200).map(({ text }) => text));
  const train = contents("train");
  assert([...contents("test")].every((text) => !train.has(text)));
});

Deno.test("pretraining asks for common facts more often than other splits do", () => {
  const task = makeClosedBookArithmetic({
    ...config,
    tailExponent: { arithmetic: 1.5, entailment: 1 },
  });
  const most = (split: string) => {
    const counts = new Map<string, number>();
    for (const { text } of questionsOf(task, split, 300)) {
      for (const [, person, thing] of text.matchAll(/(\w+) (?:sells \w+|buys) \d\d (\w+)/g)) {
        counts.set(`${person} ${thing}`, (counts.get(`${person} ${thing}`) ?? 0) + 1);
      }
    }
    return Math.max(...counts.values()) / 600;
  };
  // The first of 176 facts has a share of 1 / (1 + 2^-1.5 + ...) = 0.4 at exponent 1.5, and 1 / 176 elsewhere.
  assert(most("pretrain") > 0.25, String(most("pretrain")));
  assert(most("test") < 0.04, String(most("test")));
});

Deno.test("both domains in turns, each graded by its own rules", () => {
  const both = makeClosedBookBoth(config);
  const [purchase, claim] = questionsOf(both, "test", 2);
  assertEquals(purchase, arithmetic.questions("test").at(0));
  assertEquals(claim, entailment.questions("test").at(0));
  for (const question of [purchase!, claim!]) {
    const { answer } = both.extract(question.solution);
    assert(both.isCorrect(answer, question.gold));
    assertEquals(both.valuesOf(question, question.solution)!.length, 2);
  }
  assert(!both.isCorrect("neutral", purchase!.gold));
  assert(!both.isCorrect(purchase!.gold, claim!.gold));
  assertEquals(both.extract("nothing").answer, null);
});

Deno.test("difficulty is the number of facts; others are refused", () => {
  for (const make of [makeClosedBookArithmetic, makeClosedBookEntailment]) {
    for (const difficulty of [1, 2, 3]) {
      const task = make({ ...config, difficulty });
      assertEquals(task.recalled(task.questions("test").at(0)).length, difficulty);
    }
    assertThrows(() => make({ ...config, difficulty: 4 }), RangeError, "difficulty");
  }
  assertNotEquals(
    arithmetic.questions("test").at(0).text,
    makeClosedBookArithmetic({ ...config, seed: 1 }).questions("test").at(0).text,
  );
});

// Whoever changes a word or a draw changes what the committed models have read and are asked.
Deno.test("closed-book questions are those of the committed models", () => {
  const asked = (make: typeof makeClosedBookArithmetic) => {
    const task = make({ ...config, seed: 5, tailExponent: { arithmetic: 1.5, entailment: 2 } });
    return [task.questions("pretrain").at(3), task.questions("test").at(4)]
      .map(({ text, solution }) => [text, solution]);
  };
  assertEquals(asked(makeClosedBookArithmetic), [
    [
      "Kim has 55 coins . Zoe sells Kim 03 books . Jon buys 05 cards . How many coins has Kim ?",
      "Zoe books 06 . 55 - 06 = 49 . Jon cards 20 . 49 + 20 = 69 . \\boxed{69}",
    ],
    [
      "Max has 80 coins . Zoe sells Max 05 cards . Leo sells Max 05 nuts . How many coins has Max ?",
      "Zoe cards 25 . 80 - 25 = 55 . Leo nuts 25 . 55 - 25 = 30 . \\boxed{30}",
    ],
  ]);
  assertEquals(asked(makeClosedBookEntailment), [
    [
      "pens are blue ? blue things are flat ? some flat things are rare . Claim : all pens are rare ?",
      "pens blue : some . blue flat : some . pens flat : open . pens rare : open . \\boxed{neutral}",
    ],
    [
      "stones are flat ? flat things are rare ? all rare things are big . Claim : all stones are big ?",
      "stones flat : all . flat rare : no . stones rare : no . stones big : open . \\boxed{neutral}",
    ],
  ]);
});
