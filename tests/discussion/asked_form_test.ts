import { assertEquals } from "@std/assert";
import { makePaperFormat, runDiscussions } from "../../lib/discussion/mod.ts";
import { options, PENS, RecordingAgent } from "./fixtures.ts";

Deno.test("runDiscussions() notes whether the response states its answer as asked, not what is quoted of it", async () => {
  const agents = ["it is 28", "it is \\boxed{28}"].map((said) => new RecordingAgent(() => said));
  const format = makePaperFormat({ answers: "number" }); // quotes both with a box
  const [discussion] = await runDiscussions(
    options({ agents, questions: [PENS], format, numTurns: 1 }),
  );
  const answers = discussion!.answersTA[0]!;
  assertEquals(answers.map(({ boxed }) => boxed), [false, true]);
  for (const { solution, answer } of answers) {
    assertEquals([solution.includes("\\boxed{28}"), answer], [true, "28"]);
  }
});
