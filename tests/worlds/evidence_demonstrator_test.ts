import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  messagesFor,
  OracleScorer,
  runDiscussions,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";
import { simulateDiscussion } from "../../lib/worlds/demonstrations/mod.ts";
import {
  evidenceDemonstrator,
  judgeStrategies,
  makeArithmetic,
  makeEntailment,
  makeHiddenProfile,
  probedDiscussions,
  readFacts,
  type SmallWorldQuestion,
  splitFacts,
  writeFacts,
} from "../../lib/worlds/small_world/mod.ts";
import { ORDERS } from "../../lib/worlds/small_world/entailment_orders.ts";
import { QUANTITIES } from "../../lib/worlds/small_world/entailment_quantities.ts";
import { SETS } from "../../lib/worlds/small_world/entailment_sets.ts";

const task = makeHiddenProfile(makeArithmetic({ seed: 0, difficulty: 3 }));
const demonstrator = evidenceDemonstrator({ task, numShared: 0 });
const { format } = demonstrator;

/** Tom has 23, buys 14, loses 09, and then has twice as many: 23 + 14 = 37, 28, 56. */
const QUESTION: SmallWorldQuestion = {
  id: "tom",
  text: "1 : Tom has 23 pens . 2 : Tom buys 14 pens . 3 : Tom loses 09 pens . " +
    "4 : Then Tom has 02 times as many . How many pens has Tom ?",
  gold: "56",
  solution: "23 + 14 = 37 . 37 - 09 = 28 . 28 * 02 = 56 . \\boxed{56}",
  difficulty: 3,
};

function factsOf(agent: number, numAgents = 2): number[] {
  return [...readFacts(format.firstMessage(QUESTION, { agent, numAgents })).keys()];
}

Deno.test("the format tells each agent its own facts, and all of them to who is no agent", () => {
  assertEquals(format.firstMessage(QUESTION), QUESTION.text);
  const [first, second] = [0, 1].map((agent) => factsOf(agent));
  assertEquals([...first!, ...second!].sort(), [0, 1, 2, 3]);
  const message = format.firstMessage(QUESTION, { agent: 0, numAgents: 2 });
  assert(message.endsWith(" How many pens has Tom ?"), message);
  assertEquals(format.firstMessage(QUESTION, { agent: 0, numAgents: 1 }), QUESTION.text);
});

Deno.test("the format quotes answers without what they say they do", () => {
  const cases: [string, string, string | null][] = [
    ["tell : 2 : Tom buys 14 pens . \\boxed{?}", "2 : Tom buys 14 pens . \\boxed{?}", "tell"],
    ["solve : 23 + 14 = 37 . \\boxed{37}", "23 + 14 = 37 . \\boxed{37}", "solve"],
    ["guess :", "", "guess"],
    ["23 + 14 = 37 .", "23 + 14 = 37 .", null],
    ["tell tell : x", "tell tell : x", null],
    ["", "", null],
  ];
  for (const [response, solution, strategy] of cases) {
    assertEquals(format.solutionOf(response), solution);
    assertEquals(format.annotationsOf(response), { strategy });
  }
});

Deno.test("an answer that tells is stated as asked, and is no answer", () => {
  const told = format.solutionOf("tell : 2 : Tom buys 14 pens . \\boxed{?}");
  const { answer, boxed } = task.extract(told);
  assertEquals([answer, boxed, task.isCorrect(answer, "14")], [null, true, false]);
});

Deno.test("solutionFrom() uses what is known, makes up the rest, and is right if all is known", () => {
  const random = Random.fromSeed(1);
  assertEquals(task.solutionFrom(QUESTION, [0, 1, 2, 3], random), QUESTION.solution);
  let numRight = 0;
  for (let i = 0; i < 400; i++) {
    const solution = task.solutionFrom(QUESTION, [0, 2], random);
    assert(/^23 [+*-] \d\d = \d\d \. \d\d - 09 = /.test(solution), solution);
    assert(task.usesFacts(QUESTION, [0, 2], solution), solution);
    if (task.isCorrect(task.extract(solution).answer, QUESTION.gold)) numRight++;
  }
  assert(numRight < 40, `${numRight} of 400 guesses are right`);
});

Deno.test("usesFacts() wants the facts at their places, and exact work", () => {
  const { solution } = QUESTION;
  assert(task.usesFacts(QUESTION, [0, 1, 2, 3], solution));
  const cases = [
    "23 + 14 = 37 . 37 - 09 = 27 . 27 * 02 = 54 . \\boxed{54}", // 37 - 9 is 28
    "23 + 14 = 37 . 37 - 09 = 28 . \\boxed{28}", // a step is missing
    "23 - 09 = 14 . 14 + 14 = 28 . 28 * 02 = 56 . \\boxed{56}", // facts at other places
    "23 + 14 = 37 . 37 - 09 = 28 . 28 * 02 = 56 . \\boxed{57}",
    `${solution} .`,
    "",
    "tell",
  ];
  for (const text of cases) assert(!task.usesFacts(QUESTION, [0, 1, 2, 3], text), text);
  // What is not known may be anything.
  assert(task.usesFacts(QUESTION, [0], "23 - 03 = 20 . 20 - 03 = 17 . 17 + 01 = 18 . \\boxed{18}"));
});

Deno.test("simulateDiscussion() draws what is done evenly and carries it out exactly", () => {
  const counts = { tell: 0, guess: 0, solve: 0 };
  const numQuestions = 300;
  for (let i = 0; i < numQuestions; i++) {
    const question = task.questions("pretrain").at(i);
    const random = Random.fromSeed(2).split(i);
    const { messages, views } = simulateDiscussion(question, {
      task,
      demonstrator,
      random,
      numAgents: 2 + i % 3,
      numTurns: 3,
    });
    const reader = { agent: 0, numAgents: 2 + i % 3 };
    for (let turn = 0; turn < 3; turn++) {
      const standpoint = { question, reader, views: views.slice(0, turn) };
      const response = messages[1 + 2 * turn]!.content;
      const check = demonstrator.check(standpoint, response)!;
      assert(check.consistent && check.copied !== false, response);
      counts[check.strategy as keyof typeof counts]++;
    }
  }
  // 300 first answers, 600 later ones: 4 deviations of √(300/4) = 8.7 and √(600/4) = 12.2
  assertAlmostEquals(counts.tell, 150, 35);
  assertAlmostEquals(counts.solve, 300, 49);
  assertEquals(counts.tell + counts.guess + counts.solve, 900);
});

Deno.test("check() refuses to solve before anything was said, and to tell after it", () => {
  const reader = { agent: 0, numAgents: 2 };
  const first = { question: QUESTION, reader, views: [] };
  assertEquals(demonstrator.check(first, `solve : ${QUESTION.solution}`)!.consistent, false);
  assertEquals(demonstrator.check(first, QUESTION.solution), null);
  const own = { text: "", score: 0.5, agent: 0 };
  const other = { text: "2 : Tom buys 14 pens . \\boxed{?}", score: 0.1, agent: 1 };
  const view = { question: QUESTION, own, others: [other], showScores: true };
  const later = { ...first, views: [view] };
  assertEquals(
    demonstrator.check(later, "tell : 1 : Tom has 23 pens . \\boxed{?}")!.consistent,
    false,
  );
  assertEquals(demonstrator.check(later, `solve : ${QUESTION.solution}`)!.consistent, true);
});

Deno.test("agents who all tell and then solve are right; who guesses is wrong but for luck", async () => {
  const numAgents = 3;
  const questions = Array.from({ length: 60 }, (_, i) => task.questions("test").at(i));
  // Plays the demonstrator from the messages alone, as a model would.
  const hold = async (first: "tell" | "guess", later: "solve" | "guess") => {
    const seats = Array.from({ length: numAgents }, (_, agent) => ({
      agent: new ScriptedAgent(({ messages }, random) => {
        const seen = messages.map(({ content }) => content).join(" ");
        const question = questions.find(({ text }) =>
          format.firstMessage({ id: "", text, gold: "" }, { agent, numAgents }) ===
            messages[0]!.content
        )!;
        const own = [...readFacts(messages[0]!.content).keys()];
        const all = [...readFacts(seen).keys()];
        const strategy = messages.length === 1 ? first : later;
        return strategy === "tell"
          ? `tell : ${messages[0]!.content.split(" How many")[0]} \\boxed{?}`
          : `${strategy} : ${
            task.solutionFrom(question, strategy === "solve" ? all : own, random)
          }`;
      }),
      scorer: new OracleScorer(task),
    }));
    const discussions = await runDiscussions({
      task,
      questions,
      seats,
      numTurns: 2,
      format,
      showScores: true,
      random: Random.fromSeed(5),
    });
    const last = discussions.flatMap(({ answersTA }) => answersTA[1]!);
    return last.filter(({ correct }) => correct).length / last.length;
  };
  assertEquals(await hold("tell", "solve"), 1);
  assert(await hold("guess", "solve") < 0.15);
  assert(await hold("tell", "guess") < 0.15);
});

Deno.test("probedDiscussions() ends before the probed answer, from the first one on", () => {
  const questions = [0, 1].map((i) => task.questions("validation").at(i));
  const options = { task, demonstrator, random: Random.fromSeed(6), numAgents: 3 };
  for (const turn of [0, 1, 2]) {
    const probed = probedDiscussions(questions, { ...options, turn });
    assertEquals(probed.map(({ messages }) => messages.length), [1 + 2 * turn, 1 + 2 * turn]);
    const answers = probed.map(({ question, views }) =>
      demonstrator.answer(
        { question, reader: { agent: 0, numAgents: 3 }, views },
        Random.fromSeed(7),
      )
    );
    const { stated, carriedOut } = judgeStrategies(probed, answers, options);
    assertEquals([stated, carriedOut], [1, 1]);
    assertEquals(judgeStrategies(probed, ["", "best : me ."], options).stated, 0);
  }
});

Deno.test("simulateDiscussion() of agents that read nobody else shows them their own verdicts alone", () => {
  const question = task.questions("pretrain").at(3);
  const { messages, views } = simulateDiscussion(question, {
    task,
    demonstrator,
    random: Random.fromSeed(8),
    numAgents: 3,
    numTurns: 2,
    readsOthers: false,
  });
  assertEquals(views[0]!.others, []);
  assert(/^verdict : me \w+$/.test(messages[2]!.content), messages[2]!.content);
});

Deno.test("messages of a simulated discussion are those of a real one", () => {
  const question = task.questions("pretrain").at(9);
  const { messages, views } = simulateDiscussion(question, {
    task,
    demonstrator,
    random: Random.fromSeed(9),
    numAgents: 3,
    numTurns: 2,
  });
  const { own, others } = views[0]!;
  const answers = [own, ...others].map(({ text, score }) => ({
    text,
    solution: text,
    score: score!,
  }));
  answers[0] = { ...answers[0]!, text: messages[1]!.content };
  const real = messagesFor(
    { question, answersTA: [answers], format, showScores: true },
    { agent: 0, numAgents: 3 },
  );
  assertEquals(messages.slice(0, 3), real);
});

Deno.test("entailment: made-up premises stand beside known ones, and all known ones give the solution", () => {
  const entailment = makeHiddenProfile(makeEntailment({ seed: 0, difficulty: 3 }));
  const random = Random.fromSeed(10);
  let numRight = 0;
  for (let i = 0; i < 150; i++) {
    const question = entailment.questions("pretrain").at(i);
    assertEquals(entailment.solutionFrom(question, [0, 1, 2], random), question.solution);
    assert(entailment.usesFacts(question, [0, 1, 2], question.solution));
    assert(!entailment.usesFacts(question, [0, 1, 2], `${question.solution} .`));
    for (const known of [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]]) {
      const solution = entailment.solutionFrom(question, known, random);
      assert(entailment.usesFacts(question, known, solution), solution);
      if (entailment.isCorrect(entailment.extract(solution).answer, question.gold)) numRight++;
    }
  }
  // Labels are balanced and partly known: better than one in three, far from all.
  const share = numRight / (150 * 7);
  assert(share > 0.3 && share < 0.75, `${share}`);
});

Deno.test("entailment: known premises are kept word for word in what is made up", () => {
  const random = Random.fromSeed(11);
  for (const domain of [SETS, ORDERS, QUANTITIES]) {
    for (let i = 0; i < 100; i++) {
      const text = domain.draw(random, 3);
      const { facts, asked } = splitFacts(text);
      for (const known of [[0], [1], [2], [0, 2], [1, 2]]) {
        const made = splitFacts(domain.complete(writeFacts(facts) + " " + asked, known, random));
        const kept = (which: readonly string[]) => known.map((k) => numbersAndWords(which[k]!));
        assertEquals(kept(made.facts), kept(facts), `${text} | ${known} | ${made.facts.join(" ")}`);
        assert(domain.read([...made.facts, made.asked].join(" ")) !== null);
      }
    }
  }
});

/** A premise about numbers may name somebody else, gain or lose in another word. */
function numbersAndWords(fact: string): string {
  const sign = / (buys|finds|gets) /.test(fact)
    ? "+"
    : / (loses|sells|drops) /.test(fact)
    ? "-"
    : "";
  const number = /\d\d/.exec(fact)?.[0];
  if (number === undefined) return fact;
  return sign + number + (/(more than|fewer than|exactly)/.exec(fact)?.[0] ?? "");
}
