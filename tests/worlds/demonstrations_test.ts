import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { messagesFor, verdictRank } from "../../lib/discussion/mod.ts";
import {
  encodeDemonstration,
  simulateDiscussion,
  simulatedScore,
  solutionDemonstration,
} from "../../lib/worlds/demonstrations/mod.ts";
import {
  SMALL_WORLD_TASKS,
  smallWorldText,
  STRATEGIES,
  strategyCarriedOut,
  strategyDemonstrator,
} from "../../lib/worlds/small_world/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";

const text = smallWorldText;
const { tokenizer, template, format } = text;
const tasks = (["arithmetic", "entailment"] as const).map((name) =>
  SMALL_WORLD_TASKS[name]({ seed: 0, difficulty: 2 })
);

function discussions(count: number, changes: { numAgents?: number; slipRate?: number } = {}) {
  return tasks.flatMap((task) =>
    Array.from({ length: count }, (_, i) => {
      const question = task.questions("pretrain").at(i);
      const { slipRate = 0.3, ...sizes } = { numAgents: 3, numTurns: 3, ...changes };
      const demonstrator = strategyDemonstrator({ task, slipRate });
      const random = Random.fromSeed(3).split(task.name, i);
      return {
        task,
        question,
        ...simulateDiscussion(question, { task, demonstrator, random, ...sizes }),
      };
    })
  );
}

Deno.test("encodeDemonstration() feeds exactly the prompts that a discussion would", () => {
  for (const { messages } of discussions(10)) {
    const { tokens } = encodeDemonstration(messages, { text });
    for (const [index, { role }] of messages.entries()) {
      if (role !== "assistant") continue;
      const prompt = encodeChat(tokenizer, template, messages.slice(0, index), {
        addGenerationPrompt: true,
      });
      assertEquals(tokens.subarray(0, prompt.length), prompt, `before message ${index}`);
    }
    // And the whole is the chat itself: what is trained on is what stays in an agent's history.
    assertEquals(
      tokens,
      encodeChat(tokenizer, template, messages, { addGenerationPrompt: false }),
    );
  }
});

Deno.test("encodeDemonstration() counts exactly the assistant's tokens and their ends", () => {
  for (const { messages } of discussions(10)) {
    const { tokens, mask } = encodeDemonstration(messages, { text });
    assertEquals(mask.length, tokens.length);
    const counted = [...tokens].filter((_, i) => mask[i] === 1);
    const expected = messages.filter(({ role }) => role === "assistant")
      .flatMap(({ content }) => [...tokenizer.encode(content), tokenizer.eosTokenId]);
    assertEquals(counted, expected);
    assertEquals(mask[0], 0);
  }
});

Deno.test("encodeDemonstration() by hand", () => {
  const { tokens, mask } = encodeDemonstration([
    { role: "user", content: "How many pens has Tom ?" },
    { role: "assistant", content: "\\boxed{05}" },
  ], { text });
  assertEquals(
    tokens,
    tokenizer.encode("<|user|> How many pens has Tom ? <|assistant|> \\boxed{05} <|end|>"),
  );
  // marker, six words, marker; box, two digits, brace, end
  assertEquals([...mask], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
});

Deno.test("simulateDiscussion() states strategies at random and carries every one out exactly", () => {
  const counts = new Map<string, number>();
  let numCopies = 0;
  for (const { messages, views } of discussions(60)) {
    assertEquals(views.length, 2);
    assertEquals(messages.map(({ role }) => role), [
      "user",
      "assistant",
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    for (const [k, view] of views.entries()) {
      const check = strategyCarriedOut(view, messages[3 + 2 * k]!.content)!;
      assert(check.consistent, messages[3 + 2 * k]!.content);
      assert(check.copied !== false, messages[3 + 2 * k]!.content);
      assertEquals(messages[2 + 2 * k]!.content, format.discussMessage(view));
      counts.set(check.strategy, (counts.get(check.strategy) ?? 0) + 1);
      if (check.copied) numCopies++;
    }
  }
  // 240 answers, 60 of each expected; 4 deviations of √(240 · ¼ · ¾) = 6.7
  for (const strategy of STRATEGIES) assertAlmostEquals(counts.get(strategy)!, 60, 27);
  assertEquals(numCopies, 240 - counts.get("again")!);
});

Deno.test("simulateDiscussion() writes the messages that a real discussion of these answers has", () => {
  for (const { question, messages, views } of discussions(5)) {
    const answersTA = views.map((view) => {
      const quoted = [view.own, ...view.others].toSorted((a, b) => a.agent - b.agent);
      return quoted.map(({ text, score }) => ({ text, solution: text, score: score! }));
    });
    // Own history keeps the whole answer, strategy included; others are quoted without it.
    answersTA[1]![0] = { ...answersTA[1]![0]!, text: messages[3]!.content };
    const real = messagesFor({ question, answersTA, format, showScores: true }, {
      agent: 0,
      numAgents: 3,
    });
    assertEquals(messages.slice(0, 5), real);
  }
});

Deno.test("simulateDiscussion() gives the same solution the same verdict within a discussion", () => {
  for (const { views } of discussions(30)) {
    const scores = new Map<string, number>();
    for (const { own, others } of views) {
      for (const quoted of [own, ...others]) {
        assertEquals(quoted.score, scores.get(quoted.text) ?? quoted.score);
        scores.set(quoted.text, quoted.score!);
      }
    }
  }
});

Deno.test("simulateDiscussion() never slips at rate 0, and slips at rate 1", () => {
  const shareRight = (slipRate: number) => {
    const arithmetic = discussions(20, { slipRate }).filter(({ task }) => task === tasks[0]);
    const answers = arithmetic.flatMap(({ task, question, views }) =>
      [views[0]!.own, ...views[0]!.others].map((quoted) =>
        Number(task.isCorrect(task.extract(quoted.text).answer, question.gold))
      )
    );
    return answers.reduce((a, b) => a + b) / answers.length;
  };
  assertEquals(shareRight(0), 1);
  assert(shareRight(1) < 0.3); // a second slip may undo the first
});

Deno.test("simulateDiscussion() is a function of its stream", () => {
  assertEquals(discussions(3), discussions(3));
  const [two, three] = [discussions(3, { numAgents: 2 }), discussions(3)];
  assertEquals(two[0]!.views[0]!.others.length, 1);
  assertEquals(three[0]!.views[0]!.others.length, 2);
});

Deno.test("simulatedScore() puts a right answer into the best band with chance 0.7, a wrong one mirrored", () => {
  const random = Random.fromSeed(4);
  for (const correct of [true, false]) {
    const bands = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) bands[verdictRank(simulatedScore(correct, random))]!++;
    const expected = [0.7, 0.15, 0.1, 0.05];
    if (!correct) expected.reverse();
    // 4 deviations of √(0.7 · 0.3 / 4000) = 0.0072
    bands.forEach((count, band) => assertAlmostEquals(count / 4000, expected[band]!, 0.03));
  }
});

Deno.test("solutionDemonstration() is the question and a worked solution", () => {
  const [task] = tasks;
  const question = task!.questions("pretrain").at(5);
  const random = Random.fromSeed(1);
  const { tokens, mask } = solutionDemonstration(question, {
    task: task!,
    demonstrator: strategyDemonstrator({ task: task!, slipRate: 0 }),
    random,
    text,
  });
  const counted = tokens.filter((_, i) => mask[i] === 1);
  assertEquals(tokenizer.decode(counted), question.solution);
  assertEquals(tokenizer.decode(tokens), `${question.text} ${question.solution}`);
});
