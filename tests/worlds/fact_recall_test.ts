import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  factRecall,
  isClosedBook,
  makeArithmetic,
  makeClosedBookArithmetic,
  makeClosedBookBoth,
  makeClosedBookEntailment,
} from "../../lib/worlds/small_world/mod.ts";

const config = {
  seed: 0,
  difficulty: 2,
  tailSeed: 0,
  tailExponent: { arithmetic: 1, entailment: 1 },
};
const task = makeClosedBookArithmetic(config);
const questions = Array.from({ length: 40 }, (_, i) => task.questions("validation").at(i));

Deno.test("factRecall() counts each stated fact in its quarter, and leaves out what is no solution", () => {
  // The first half is answered as it is, the next ten with every fact wrong, the last ten with no solution.
  const responses = questions.map((question, i) => {
    if (i < 20) return question.solution;
    if (i >= 30) return "\\boxed{07}";
    const wrong = task.recalled(question).map(({ value, options }) =>
      options.find((option) => option !== value)!
    );
    return task.solutionFrom(question, wrong)!;
  });
  const found = factRecall(task, questions, responses);

  const quarterOf = (quantile: number) =>
    quantile < 0.25 ? 0 : quantile < 0.5 ? 1 : quantile < 0.75 ? 2 : 3;
  const expected = [0, 1, 2, 3].map((quarter) => {
    const of = (some: typeof questions) =>
      some.flatMap((question) => task.recalled(question))
        .filter(({ popularity }) => quarterOf(popularity.quantile) === quarter).length;
    return { right: of(questions.slice(0, 20)), stated: of(questions.slice(0, 30)) };
  });
  assertEquals(found.map(({ quarter }) => quarter), [0, 1, 2, 3]);
  assertEquals(found.map(({ stated }) => stated), expected.map(({ stated }) => stated));
  for (const [i, { right, stated }] of expected.entries()) {
    assertAlmostEquals(found[i]!.right, right / stated, 1e-12);
    assertAlmostEquals(found[i]!.guessed, 1 / 6, 1e-12); // six prices
  }
  assertEquals(expected.reduce((sum, { stated }) => sum + stated, 0), 60); // two facts of each
  assert(found[0]!.timesMean > found[1]!.timesMean && found[2]!.timesMean > found[3]!.timesMean);
});

Deno.test("factRecall() says nothing of a quarter of which nothing was stated", () => {
  assertEquals(factRecall(task, questions, questions.map(() => "no")), []);
  const [question] = questions;
  const quarters = new Set(
    task.recalled(question!).map(({ popularity }) => Math.floor(popularity.quantile * 4)),
  );
  assertEquals(factRecall(task, [question!], [question!.solution]).length, quarters.size);
});

Deno.test("facts of questions of both domains are told apart from those of other tasks", () => {
  const both = makeClosedBookBoth(config);
  assert(isClosedBook(both) && isClosedBook(makeClosedBookEntailment(config)));
  assert(!isClosedBook(makeArithmetic({ seed: 0, difficulty: 2 })));
  const asked = [0, 1].map((i) => both.questions("test").at(i));
  const found = factRecall(both, asked, asked.map(({ solution }) => solution));
  assertEquals(found.reduce((sum, { stated }) => sum + stated, 0), 4);
  assert(found.every(({ right }) => right === 1));
});
