import { assertEquals, assertRejects } from "@std/assert";
import { NumericError } from "../../lib/core/errors.ts";
import { OracleScorer, scoreSolutions } from "../../lib/discussion/mod.ts";
import { FunctionScorer, PENS, questions, task } from "./fixtures.ts";

Deno.test("scoreSolutions() asks for each distinct question and text once", async () => {
  const scorer = new FunctionScorer(({ solution }) => solution.length / 10);
  const score = scoreSolutions(scorer);
  const [a, b] = questions(2);
  const item = (solution: string, question = a!) => ({ question, solution });
  assertEquals(await score([item("xx"), item("x"), item("xx"), item("xx", b)]), [
    0.2,
    0.1,
    0.2,
    0.2,
  ]);
  assertEquals(scorer.calls[0]!.length, 3);
  assertEquals(await score([item("x"), item("xxx")]), [0.1, 0.3]);
  assertEquals(scorer.calls[1], [item("xxx")]);
  assertEquals(await score([item("x")]), [0.1]);
  assertEquals(scorer.calls.length, 2);
});

Deno.test("scoreSolutions() throws naming scorer, question and remedy for a bad score", async () => {
  for (const bad of [NaN, Infinity, -0.01, 1.01]) {
    const score = scoreSolutions(new FunctionScorer(() => bad));
    const error = await assertRejects(
      () => score([{ question: PENS, solution: "" }]),
      NumericError,
      `Cannot use the score of "function scorer" for question "pens" as it must be in [0, 1]: got ${bad}`,
    );
    assertEquals(error.value, bad);
    assertEquals(error.remedy?.startsWith("Check the scorer"), true);
  }
});

Deno.test("scoreSolutions() throws when scores are missing", async () => {
  const score = scoreSolutions({ name: "mute", score: () => Promise.resolve(new Float64Array()) });
  await assertRejects(
    () => score([{ question: PENS, solution: "" }]),
    NumericError,
    'Cannot use the scores of "mute" as 1 are needed: got 0',
  );
});

Deno.test("OracleScorer gives 1 to right solutions and 0 to everything else", async () => {
  const solutions = [PENS.solution, "\\boxed{28.0}", "so 28", "\\boxed{27}", "", "28 or 29"];
  const scores = await new OracleScorer(task).score(
    solutions.map((solution) => ({ question: PENS, solution })),
  );
  assertEquals([...scores], [1, 1, 1, 0, 0, 0]);
});
