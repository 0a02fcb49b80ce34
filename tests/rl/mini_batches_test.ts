import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { miniBatches } from "../../lib/rl/mod.ts";

const rows = [4, 4, 7, 5, 7, 5, 9, 9, 2].map((question) => ({ question: String(question) })); // 5 questions

Deno.test("miniBatches() visits every answer once a pass, and a question's answers together", () => {
  const steps = miniBatches(rows, {
    numEpochs: 3,
    numMiniBatches: 2,
    random: Random.fromSeed(1),
  });
  assertEquals(steps.length, 6);
  for (const pass of [steps.slice(0, 2), steps.slice(2, 4), steps.slice(4)]) {
    assertEquals(pass.flat().toSorted((a, b) => a - b), [...rows.keys()]);
    // 5 questions make 2 and 3.
    const questions = pass.map((step) => new Set(step.map((index) => rows[index]!.question)));
    assertEquals(questions.map(({ size }) => size), [2, 3]);
    for (const step of pass) assertEquals(step, step.toSorted((a, b) => a - b));
  }
  assertNotEquals(new Set([0, 2, 4].map((at) => steps[at]!.join())).size, 1); // drawn anew
});

Deno.test("miniBatches() takes at most one step per question", () => {
  const random = Random.fromSeed(1);
  const steps = miniBatches(rows, { numEpochs: 1, numMiniBatches: 100, random });
  assertEquals(steps.map((step) => new Set(step.map((i) => rows[i]!.question)).size), [
    1,
    1,
    1,
    1,
    1,
  ]);
});
