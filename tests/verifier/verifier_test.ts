import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import { runDiscussions, ScriptedAgent, viewOf } from "../../lib/discussion/mod.ts";
import { Verifier } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks, smallWorldDecoder } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";
import { LORA, makeVerifier, scatterVerifier, toyAnswers } from "./verifier_toys.ts";

await startTestDevice();

const decoder = smallWorldDecoder();
const verifier = makeVerifier(decoder, LORA);
scatterVerifier(verifier.parts);
const ANSWERS = toyAnswers(0, 8);

Deno.test("Verifier.score() gives the same solution the same score, whatever is scored with it", async () => {
  const together = await verifier.score([...ANSWERS, ANSWERS[3]!]);
  assertAlmostEquals(together.at(-1)!, together[3]!, 1e-6);
  const long = { ...ANSWERS[0]!, solution: new Array(12).fill(ANSWERS[0]!.solution).join(" ") };
  for (const [i, answer] of ANSWERS.entries()) {
    const [alone] = await verifier.score([answer]);
    const [beside] = await verifier.score([answer, long]);
    assertAlmostEquals(alone!, together[i]!, 1e-5);
    assertAlmostEquals(beside!, together[i]!, 1e-5);
  }
  assert(new Set(Array.from(together, (score) => score.toFixed(3))).size > 6, `${together}`);
});

Deno.test("Verifier.score() judges the question with the answer, not the answer alone", async () => {
  const { solution } = ANSWERS[0]!;
  const scores = await verifier.score(ANSWERS.map(({ question }) => ({ question, solution })));
  assert(new Set(Array.from(scores, (score) => score.toFixed(4))).size > 4, `${scores}`);
});

Deno.test("Verifier.score() is the calibrated probability of the logit", async () => {
  const calibration = { scale: 0.5, bias: -1 };
  const calibrated = new Verifier({ ...verifier.parts, calibration });
  const logits = await calibrated.logits(ANSWERS);
  assertClose(logits, await verifier.logits(ANSWERS), 1e-6);
  const expected = logits.map((z) => 1 / (1 + Math.exp(-(0.5 * z - 1))));
  assertClose(await calibrated.score(ANSWERS), expected, 1e-12);
});

Deno.test("Verifier.score() scores empty and gibberish answers, and no answer at all", async () => {
  const { question } = ANSWERS[0]!;
  const solutions = ["", "?", "} } \\boxed{", "verdict : agent1 . . ."];
  const scores = await verifier.score(solutions.map((solution) => ({ question, solution })));
  assert([...scores].every((score) => score >= 0 && score <= 1), `${scores}`);
  assertEquals(await verifier.score([]), new Float64Array());
});

Deno.test("Verifier in a discussion gives a solution one score, wherever it is copied", async () => {
  const task = makeArithmetic({ seed: 0, difficulty: 1 });
  const questions = takeQuestions(task.questions("test"), { count: 3 });
  const solutions = ["01 + 02 = 03 . \\boxed{03}", "04 + 02 = 06 . \\boxed{06}"];
  const agents = solutions.map((own, place) =>
    new ScriptedAgent(({ turn }) =>
      turn === 0
        ? own
        : turn === 1
        ? `best : agent1 . ${solutions[1 - place]}`
        : `own : me . ${own}`
    )
  );
  const discussions = await runDiscussions({
    task,
    questions,
    seats: agents.map((agent) => ({ agent, scorer: verifier })),
    numTurns: 3,
    format: smallWorldText.format,
    showScores: true,
    random: Random.fromSeed(1),
  });
  for (const { question, answersTA } of discussions) {
    const scores = new Map<string, number>();
    for (const { solution, score } of answersTA.flat()) {
      assertEquals(score, scores.get(solution) ?? score, "bit for bit");
      scores.set(solution, score);
    }
    assertEquals(scores.size, 2);
    const view = viewOf(
      { question, answersTA, format: smallWorldText.format, showScores: true },
      0,
      1,
    );
    assertEquals(view.own.score, scores.get(solutions[1]!));
  }
});

Deno.test("Verifier.score() leaks no tensors and no native memory", async () => {
  await assertNoLeak(() => verifier.score(ANSWERS));
  const blocks = numHeapBlocks();
  await verifier.score(ANSWERS);
  assertEquals(numHeapBlocks(), blocks);
});
