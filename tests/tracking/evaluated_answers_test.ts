import { assertEquals } from "@std/assert";
import { askedQuestions, finalSplit, firstAndLast } from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

/** An answer of each of these evaluations: the updates before it, and its split. */
const rowsOf = (...evaluations: [number, string][]) =>
  evaluations.flatMap(([update, evaluation]) =>
    answersOf("a model", update, [[true]]).map((row) => ({ ...row, evaluation }))
  );

/** Which of them are the result. */
const keptOf = (...evaluations: [number, string][]) =>
  firstAndLast(rowsOf(...evaluations)).map(({ update, evaluation }) => [update, evaluation]);

Deno.test("firstAndLast() leaves out validation questions asked between two updates, also where they are the result's", () => {
  const ends = (split: string) => [[0, split], [4, split]];
  assertEquals(keptOf([0, "test"], [2, "validation"], [4, "test"]), ends("test"));
  assertEquals(
    keptOf([0, "validation"], [2, "validation"], [3, "validation"], [4, "validation"]),
    ends("validation"),
  );
  // Without updates, both are of the untrained model.
  assertEquals(keptOf([0, "validation"], [0, "validation"]), [[0, "validation"], [
    0,
    "validation",
  ]]);
  assertEquals(keptOf(), []);
});

Deno.test("finalSplit() is the split of the untrained model's questions, in whatever order rows are", () => {
  assertEquals(finalSplit(rowsOf([2, "validation"], [0, "test"], [4, "test"])), "test");
  assertEquals(finalSplit(rowsOf([4, "validation"], [0, "validation"])), "validation");
  assertEquals(finalSplit([]), "test");
});

Deno.test("askedQuestions() names the questions of all runs, those of the test split as is wanted", () => {
  const run = (split: string) => ({ evaluations: rowsOf([0, split], [1, split]) });
  const test = "held-out";
  assertEquals(askedQuestions([run("test"), run("test")]), "test questions");
  assertEquals(askedQuestions([run("test")], { test }), "held-out questions");
  assertEquals(askedQuestions([run("validation")], { test }), "validation questions");
  assertEquals(askedQuestions([run("test"), run("validation")]), "test and validation questions");
  assertEquals([askedQuestions([]), askedQuestions([], { test })], [
    "test questions",
    "held-out questions",
  ]);
});
