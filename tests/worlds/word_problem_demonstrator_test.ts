import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ConfigError, Random, resolveCompat } from "../../lib/core/mod.ts";
import type { ChatTemplate } from "../../lib/text/mod.ts";
import { extractNumber } from "../../lib/tasks/mod.ts";
import { encodeDemonstration, simulateDiscussion } from "../../lib/worlds/demonstrations/mod.ts";
import { demonstratorOf, taskSchema } from "../../lib/worlds/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import {
  makeWordProblems,
  slipSolution,
  wordProblemDemonstrator,
  wordProblemsKind,
} from "../../lib/worlds/word_problems/mod.ts";

const task = makeWordProblems({ seed: 0, maxSteps: 3, heldOutForms: true });
const settings =
  resolveCompat({ task: wordProblemsKind.schema.parse({}), compat: "paper" as const })
    .task;
const demonstrator = wordProblemDemonstrator(wordProblemsKind.format(settings));
const questions = Array.from({ length: 200 }, (_, i) => task.questions("pretrain").at(i));
const random = Random.fromSeed(4);
const EQUATION = /(\d+) ([-+*/]) (\d+) = (\d+)/g;

Deno.test("slipSolution() states one wrong result and goes on from it", () => {
  // By hand: 12 becomes 13, so 13 + 5 = 18; in the last, 20 + 4 = 24 becomes 25, and 20 stays.
  const slips = (solution: string) =>
    new Set(Array.from({ length: 200 }, (_, i) => slipSolution(solution, Random.fromSeed(i))));
  const chain = slips("Ana has 3 * 4 = 12 pens. Then 12 + 5 = 17.\nAnswer: \\boxed{17}");
  assert(chain.has("Ana has 3 * 4 = 13 pens. Then 13 + 5 = 18.\nAnswer: \\boxed{18}"));
  assert(chain.has("Ana has 3 * 4 = 12 pens. Then 12 + 5 = 27.\nAnswer: \\boxed{27}"));
  assertEquals(chain.size, 12);
  const both = slips("20 + 4 = 24. 20 + 24 = 44.\nAnswer: \\boxed{44}");
  assert(both.has("20 + 4 = 25. 20 + 25 = 45.\nAnswer: \\boxed{45}"));
  // Nothing that is halved may become odd, and nothing may become 0 or less.
  const halved = slips("3 * 4 = 12. 12 / 2 = 6.\nAnswer: \\boxed{6}");
  assert(halved.has("3 * 4 = 14. 14 / 2 = 7.\nAnswer: \\boxed{7}"));
  assert(![...halved].some((text) => text.includes("= 13.") || text.includes("= -")));
  assertEquals(slipSolution("No equation. \\boxed{3}", random), "No equation. \\boxed{3}");
});

Deno.test("slipSolution() leaves one equation that does not hold, and another answer", () => {
  for (const { solution, gold } of questions) {
    const slipped = slipSolution(solution, random);
    const wrong = [...slipped.matchAll(EQUATION)].filter(([, a, sign, b, result]) =>
      ({ "+": +a! + +b!, "-": +a! - +b!, "*": +a! * +b!, "/": +a! / +b! })[sign!] !== +result!
    );
    assertEquals(wrong.length, 1, slipped);
    assert(extractNumber(slipped).answer !== gold, slipped);
  }
});

Deno.test("word problems: discussions are demonstrated in the messages that agents read", () => {
  const { format } = demonstrator;
  let [again, own, taken, turns] = [0, 0, 0, 0];
  for (const question of questions) {
    const { messages, views } = simulateDiscussion(question, {
      ...{ task, demonstrator, random, numAgents: 3, numTurns: 3 },
    });
    assertEquals(messages.length, 6);
    for (const [turn, view] of views.entries()) {
      const answer = messages[2 * turn + 3]!.content;
      assertEquals(messages[2 * turn + 2]!.content, format.discussMessage(view));
      // What agents keep of an answer is the answer itself.
      assertEquals(format.historyText(answer), answer);
      turns++;
      const isOwn = answer === view.own.text;
      const isTaken = view.others.some(({ text }) => text === answer);
      if (answer === question.solution && !isOwn && !isTaken) again++;
      if (isOwn && !isTaken && answer !== question.solution) own++;
      if (isTaken && !isOwn && answer !== question.solution) taken++;
      assert(answer === question.solution || isOwn || isTaken);
    }
  }
  // Each at least as often as where it can be told from the others, and none always.
  for (const count of [again, own, taken]) assert(count > 0.02 * turns && count < 0.5 * turns);
});

Deno.test("word problems: what is said at first is right half of the time", () => {
  let right = 0;
  for (let i = 0; i < 1000; i++) {
    const question = questions[i % questions.length]!;
    const standpoint = { question, reader: { agent: 0, numAgents: 2 }, views: [] };
    if (demonstrator.said(standpoint, random) === question.solution) right++;
  }
  assertAlmostEquals(right / 1000, 0.5, 0.065); // 4 deviations of √(0.25 / 1000)
});

Deno.test("encodeDemonstration() refuses a template that rewrites answers", () => {
  const [question] = questions;
  const { messages } = simulateDiscussion(question!, {
    ...{ task, demonstrator, random, numAgents: 2, numTurns: 2 },
  });
  const { template } = smallWorldText;
  const forgetting: ChatTemplate = {
    ...template,
    render: (chat, options) =>
      template.render(
        chat.map((message, i) =>
          message.role === "assistant" && i < chat.length - 1
            ? { ...message, content: "Tom" }
            : message
        ),
        options,
      ),
  };
  const text = { ...smallWorldText, template: forgetting };
  const words = messages.map((message) => ({ ...message, content: "Tom has 05 pens ." }));
  encodeDemonstration(words, { text: smallWorldText });
  assertThrows(() => encodeDemonstration(words, { text }), RangeError, "chat template");
});

Deno.test("demonstratorOf() names the tasks that have demonstrations", () => {
  const of = (name: string) =>
    resolveCompat({ task: taskSchema.parse({ name }), compat: "paper" as const }).task;
  assertEquals(demonstratorOf(of("word_problems")).firstLearntTurn, 1);
  assertThrows(() => demonstratorOf(of("arithmetic")), ConfigError, "word_problems");
});
