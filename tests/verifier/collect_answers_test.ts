import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import { makePaperFormat, ScriptedAgent } from "../../lib/discussion/mod.ts";
import {
  asSampled,
  balanceAnswers,
  calibrate,
  collectAnswers,
  encodeAnswer,
  fitCalibration,
} from "../../lib/verifier/mod.ts";

const task = makeArithmetic({ seed: 0, difficulty: 1 });
const questions = takeQuestions(task.questions("verifier"), { count: 130 });
const { format } = smallWorldText;
const options = { task, format, random: Random.fromSeed(1) };

/** Answers sample k of a question by `scripts[k]`; `G` stands for the gold answer. */
function scripted(scripts: readonly string[]) {
  const asked = new Map<string, number>();
  return new ScriptedAgent(({ messages }) => {
    const question = questions.find(({ text }) => text === messages[0]!.content)!;
    const sample = asked.get(question.id) ?? 0;
    asked.set(question.id, sample + 1);
    return scripts[sample]!.replaceAll("G", question.gold);
  });
}

Deno.test("collectAnswers() labels boxed answers, drops unboxed ones and duplicates of a question", async () => {
  const agent = scripted([
    "\\boxed{G}",
    "\\boxed{G}", // again
    "best : agent1 . \\boxed{G}", // the same solution behind a stated strategy
    "\\boxed{999}",
    "the answer is G", // right, but not boxed
    "01 + 02 = 03 . \\boxed{G}", // right in another way
    "",
  ]);
  const few = questions.slice(0, 3);
  const answers = await collectAnswers(few, { ...options, agent, samplesPerQuestion: 7 });
  assertEquals(
    answers.map((
      { question, solution, correct, count },
    ) => [question.id, solution, correct, count]),
    few.flatMap(({ id, gold }) => [
      [id, `\\boxed{${gold}}`, true, 3],
      [id, "\\boxed{999}", false, 1],
      [id, `01 + 02 = 03 . \\boxed{${gold}}`, true, 1],
    ]),
  );
  // Two of three distinct answers are right, four of five sampled ones.
  assertEquals(asSampled(answers).slice(0, 6), [0, 0, 0, 1, 2, 3]);
});

Deno.test("collectAnswers() drops unboxed answers although the paper's format quotes them with a box", async () => {
  const said = ["so \\boxed{12}", "so 34"];
  const agent = new ScriptedAgent(({ sample }) => said[sample]!);
  const paper = { ...options, format: makePaperFormat({ answers: "number" }) };
  const few = questions.slice(0, 1);
  const answers = await collectAnswers(few, { ...paper, agent, samplesPerQuestion: 2 });
  assertEquals(answers.map(({ solution }) => task.extract(solution).answer), ["12"]);
});

Deno.test("asSampled() answers calibrate to the share that is right in use", async () => {
  // One right answer, given four times, and one of two wrong ones: 2 of 6 sampled are wrong.
  const agent = scripted(["G", "G", "G", "G", "998", "999"].map((text) => `\\boxed{${text}}`));
  const answers = await collectAnswers(questions, { ...options, agent, samplesPerQuestion: 6 });
  const scoreOf = (indices: readonly number[]) => {
    const labels = indices.map((i) => answers[i]!.correct);
    const nothing = new Float64Array(indices.length); // a verifier that cannot tell them apart
    return calibrate(0, fitCalibration(nothing, labels, { kind: "platt" }));
  };
  assertAlmostEquals(scoreOf([...answers.keys()]), 1 / 3, 0.01);
  assertAlmostEquals(scoreOf(asSampled(answers)), 2 / 3, 0.01);
});

Deno.test("collectAnswers() keeps the same text of two questions, and their order over chunks", async () => {
  const agent = scripted(["\\boxed{07}"]);
  const counted: string[] = [];
  const answers = await collectAnswers(questions, {
    ...options,
    agent,
    samplesPerQuestion: 1,
    onProgress: (done, total) => void counted.push(`${done}/${total}`),
  });
  assertEquals(answers.map(({ question }) => question.id), questions.map(({ id }) => id));
  assertEquals(counted, ["128/130", "130/130"]);
});

Deno.test("collectAnswers() gives every sample a stream of its own, whoever else is asked", async () => {
  const streams = async (asked: typeof questions) => {
    const drawn = new Map<string, number[]>();
    const agent = new ScriptedAgent(({ messages }, random) => {
      const draws = drawn.get(messages[0]!.content) ?? [];
      drawn.set(messages[0]!.content, [...draws, random.uniform()]);
      return "\\boxed{01}";
    });
    await collectAnswers(asked, { ...options, agent, samplesPerQuestion: 3 });
    return drawn;
  };
  const [few, many] = [await streams(questions.slice(5, 7)), await streams(questions)];
  for (const [text, draws] of few) assertEquals(many.get(text), draws);
  assertEquals(new Set([...many.values()].flat()).size, 3 * many.size);
});

Deno.test("collectAnswers() needs at least one sample", async () => {
  for (const samplesPerQuestion of [0, 1.5, NaN]) {
    await assertRejects(
      () => collectAnswers([], { ...options, agent: scripted([]), samplesPerQuestion }),
      RangeError,
      `samplesPerQuestion must be a positive integer: got ${samplesPerQuestion}`,
    );
  }
});

Deno.test("balanceAnswers() of collected answers keeps equally many right and wrong of each question", async () => {
  const agent = scripted([
    "\\boxed{G}",
    "\\boxed{999}",
    "\\boxed{998}",
    "01 + 01 = 02 . \\boxed{G}",
  ]);
  const answers = await collectAnswers(questions.slice(0, 10), {
    ...options,
    agent,
    samplesPerQuestion: 3, // one right, two wrong
  });
  const { kept, report } = balanceAnswers(answers, {
    questionOf: ({ question }) => question.id,
    isCorrect: ({ correct }) => correct,
    perClass: 2,
    shortage: "keep_min",
    random: Random.fromSeed(2),
  });
  assertEquals([answers.length, kept.length, report.numKeptQuestions], [30, 20, 10]);
  for (const members of Map.groupBy(kept, ({ question }) => question.id).values()) {
    assertEquals(members.map(({ correct }) => correct).sort(), [false, true]);
  }
});

Deno.test("encodeAnswer() is the question's prompt, the answer, its end: never a dialogue", () => {
  const { tokenizer } = smallWorldText;
  const [question] = questions;
  const solution = "02 + 03 = 05 . \\boxed{05}";
  const { tokens, answerStart } = encodeAnswer(smallWorldText, question!, solution);
  const prompt = tokenizer.encode(`<|user|> ${question!.text} <|assistant|>`);
  assertEquals(tokens.subarray(0, answerStart), prompt);
  assertEquals(tokens.subarray(answerStart, -1), tokenizer.encode(solution));
  assertEquals(tokens.at(-1), tokenizer.eosTokenId);
  const empty = encodeAnswer(smallWorldText, question!, "");
  assertEquals([...empty.tokens], [...prompt, tokenizer.eosTokenId]);
  assert(empty.answerStart === empty.tokens.length - 1);
});

Deno.test("collectAnswers() takes the answers of all agents and turns of discussions, with an oracle's verdicts", async () => {
  const heard: string[] = [];
  const agent = new ScriptedAgent(({ messages, agent, turn }) => {
    const { gold } = questions.find(({ text }) => text === messages[0]!.content)!;
    if (turn === 1) heard.push(messages.at(-1)!.content);
    // Agent 0 is right at first, agent 1 later; agent 0's second answer is agent 1's first.
    return agent === turn ? `\\boxed{${gold}}` : turn === 0 ? "\\boxed{998}" : "\\boxed{999}";
  });
  const [question] = questions;
  const answers = await collectAnswers([question!], {
    ...options,
    agent,
    numAgents: 2,
    numTurns: 2,
    samplesPerQuestion: 1,
  });
  assertEquals(answers.map(({ solution, correct, count }) => [solution, correct, count]), [
    [`\\boxed{${question!.gold}}`, true, 2],
    ["\\boxed{998}", false, 1],
    ["\\boxed{999}", false, 1],
  ]);
  assertEquals(heard.map((message) => message.split("verdict : ")[1]), [
    "me right agent1 wrong",
    "agent1 right me wrong",
  ]);
});
