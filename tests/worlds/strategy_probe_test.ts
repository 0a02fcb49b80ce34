import { assertEquals } from "@std/assert";
import {
  evidenceDemonstrator,
  judgeStrategies,
  makeArithmetic,
  makeHiddenProfile,
} from "../../lib/worlds/small_world/mod.ts";

Deno.test("judgeStrategies() tells apart who lacks a fact from who does not", () => {
  const task = makeHiddenProfile(makeArithmetic({ seed: 0, difficulty: 3 }));
  const demonstrator = evidenceDemonstrator({ task, numShared: 0 });
  const question = task.questions("validation").at(0);
  const view = (told: string) => ({
    question,
    own: { text: "", score: 0.5, agent: 0 },
    others: [{ text: told, score: 0.5, agent: 1 }],
    showScores: true,
  });
  const all = view(`${question.text} \\boxed{?}`);
  const none = view("\\boxed{?}");
  const of = (views: typeof all[]) => ({ question, views, messages: [] });
  const judge = (views: typeof all[][], answers: string[]) => {
    const { carriedOut, carriedOutKnowing } = judgeStrategies(views.map(of), answers, {
      task,
      demonstrator,
      numAgents: 2,
    });
    return [carriedOut, carriedOutKnowing];
  };
  const right = `solve : ${question.solution}`;
  const wrong = "solve : 23 + 14 = 38 . \\boxed{38}";
  assertEquals(judge([[all], [all]], [right, wrong]), [1 / 2, 1 / 2]);
  assertEquals(judge([[all], [none], [none]], [right, wrong, wrong]), [1 / 3, 1]);
  assertEquals(judge([[none]], [wrong]), [0, null]);
});
