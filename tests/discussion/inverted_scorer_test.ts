import { assertEquals, assertNotEquals } from "@std/assert";
import {
  InvertedScorer,
  messagesFor,
  OracleScorer,
  runDiscussions,
} from "../../lib/discussion/mod.ts";
import { smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";
import { FunctionScorer, options, PENS, RecordingAgent, task } from "./fixtures.ts";

Deno.test("InvertedScorer says 1 minus the score of another, and leaves that one as it is", async () => {
  const inner = new FunctionScorer(({ solution }) => solution === "a" ? 0.25 : 1);
  const scorer = new InvertedScorer(inner);
  const items = ["a", "b"].map((solution) => ({ question: PENS, solution }));
  assertEquals(await scorer.score(items), Float64Array.of(0.75, 0));
  assertEquals(await inner.score(items), Float64Array.of(0.25, 1));
  assertEquals(scorer.name, `inverted ${inner.name}`);
});

Deno.test("InvertedScorer at a seat tells everybody false scores of it, and true ones of the others", async () => {
  const wrong = PENS.solution.replace("{28}", "{27}");
  const agent = new RecordingAgent(({ agent }) => agent === 0 ? PENS.solution : wrong);
  const oracle = new OracleScorer(task);
  const seats = [oracle, new InvertedScorer(oracle)].map((scorer) => ({ agent, scorer }));
  const [discussion] = await runDiscussions(options({ seats, questions: [PENS], numTurns: 2 }));
  const [first] = discussion!.answersTA;
  assertEquals(first!.map(({ correct, score }) => [correct, score]), [[true, 1], [false, 1]]);
  const read = agent.calls[1]!.map(({ messages }) => messages.at(-1)!.content);
  const praised = discussMessages(1, 1);
  assertEquals(read, praised);
  assertNotEquals(praised, discussMessages(1, 0));
});

/** What both agents read if their answers have these scores. */
function discussMessages(...scores: readonly number[]): string[] {
  const wrong = PENS.solution.replace("{28}", "{27}");
  const answers = [PENS.solution, wrong].map((solution, i) => ({
    text: solution,
    solution,
    score: scores[i]!,
  }));
  return [0, 1].map((agent) =>
    messagesFor(
      { question: PENS, answersTA: [answers], format: smallWorldFormat, showScores: true },
      { agent, numAgents: 2 },
    ).at(-1)!.content
  );
}
