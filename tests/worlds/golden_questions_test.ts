import { assertEquals } from "@std/assert";
import { demonstrationBatch } from "../../lib/worlds/demonstrations/mod.ts";
import {
  makeArithmetic,
  SMALL_WORLD_TASKS,
  smallWorldText,
  strategyDemonstrator,
} from "../../lib/worlds/small_world/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import golden from "./golden_questions.json" with { type: "json" };

// Written before tasks got sets and a registry: whoever changes a word or a draw changes every result.
Deno.test("the small world asks, answers and slips as it did for the committed models", () => {
  for (const [k, { name, split, index, question, slipped }] of golden.questions.entries()) {
    const task = SMALL_WORLD_TASKS[name as "arithmetic"]({
      seed: 5,
      difficulty: question.difficulty,
    });
    const asked = task.questions(split).at(index);
    assertEquals(asked, question);
    const random = Random.fromSeed(k % 5);
    assertEquals(task.sampleSolution(asked, random, { slipRate: 0.5 }), slipped);
  }
});

Deno.test("demonstrationBatch() gives the corpus of the committed base model", () => {
  const task = makeArithmetic({ seed: 5, difficulty: 2 });
  const batch = demonstrationBatch(3, {
    task,
    demonstrator: strategyDemonstrator({ task, slipRate: 0.2 }),
    random: Random.fromSeed(1),
    solutionSteps: 1,
    batchSize: 4,
    discussionShare: 0.7,
    agentChances: [0.25, 0.75],
    text: smallWorldText,
    numTurns: 3,
  });
  assertEquals(
    batch.map(({ tokens, mask }) => ({ tokens: [...tokens], mask: [...mask].join("") })),
    golden.corpus,
  );
});
