import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Random, RunError } from "../../lib/core/mod.ts";
import {
  type Agent,
  type AgentRequest,
  makePaperFormat,
  runDiscussions,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";
import { drawing } from "./drawing_agent.ts";
import { FunctionScorer, options, PENS, questions, RecordingAgent } from "./fixtures.ts";

Deno.test("runDiscussions() holds several discussions of a question, the first as if it was the only one", async () => {
  const random = Random.fromSeed(11);
  const hold = async (numSamples: number) => {
    const agent = drawing();
    return await runDiscussions(
      options({ agents: [agent, agent], questions: questions(2), random, numSamples }),
    );
  };
  const [one, three] = [await hold(1), await hold(3)];
  assertEquals(three.map(({ question, sample }) => [question.id, sample]), [
    ...[0, 1, 2].map((sample) => [one[0]!.question.id, sample]),
    ...[0, 1, 2].map((sample) => [one[1]!.question.id, sample]),
  ]);
  assertEquals([three[0], three[3]], one);
  const answersOf = (index: number) => three[index]!.answersTA.flat().map(({ answer }) => answer);
  assertNotEquals(answersOf(0), answersOf(1));
  assertNotEquals(answersOf(1), answersOf(2));
  // Sample 2 of question 1, agent 0, turn 1.
  const answer = three[5]!.answersTA[1]![0]!;
  assertEquals([answer.question, answer.sample, answer.agent, answer.turn], [1, 2, 0, 1]);
  const stream = random.split(one[1]!.question.id, 0, 1, 2);
  assertEquals(answer.answer, String(stream.integer(10, 100)));
});

Deno.test("runDiscussions() keeps samples of a question apart: nobody reads another's answers", async () => {
  const agent = new RecordingAgent(({ sample, agent }) => `sample ${sample} \\boxed{1${agent}}`);
  const format = makePaperFormat({ answers: "number" });
  await runDiscussions(
    options({ agents: [agent, agent], questions: [PENS], format, numSamples: 2 }),
  );
  for (const { messages, sample } of agent.calls.slice(1).flat()) {
    const seen = messages.map(({ content }) => content).join("\n");
    assert(seen.includes(`sample ${sample}`) && !seen.includes(`sample ${1 - sample}`));
  }
});

Deno.test("runDiscussions() scores the answers of a seat by its scorer, and shows all scores to everybody", async () => {
  const agent = new RecordingAgent(() => "\\boxed{28}");
  const [harsh, kind] = [new FunctionScorer(() => 0.1), new FunctionScorer(() => 0.9)];
  const [discussion] = await runDiscussions(options({
    seats: [harsh, kind, harsh].map((scorer) => ({ agent, scorer })),
    questions: [PENS],
    numTurns: 2,
  }));
  // One text, but two scorers: each is asked once.
  assertEquals(discussion!.answersTA.map((row) => row.map(({ score }) => score)), [
    [0.1, 0.9, 0.1],
    [0.1, 0.9, 0.1],
  ]);
  assertEquals([harsh, kind].map(({ calls }) => calls.map(({ length }) => length)), [[1], [1]]);
  const read = agent.calls[1]!.map(({ messages }) => messages.at(-1)!.content.split("verdict")[1]);
  assertEquals(read, [
    " : agent1 right me wrong agent2 wrong", // the best first
    " : me right agent1 wrong agent2 wrong",
    " : agent2 right me wrong agent1 wrong",
  ]);
});

/** Two agents that answer only when both have been asked. */
function waiting(): Agent[] {
  const answer = new ScriptedAgent(() => "\\boxed{28}");
  const gates: PromiseWithResolvers<void>[][] = [0, 1].map(() =>
    [0, 1].map(() => Promise.withResolvers<void>())
  );
  return [0, 1].map((own): Agent => ({
    name: `waiting ${own}`,
    async respond(requests) {
      const { turn } = requests[0]!;
      gates[turn]![own]!.resolve();
      await gates[turn]![1 - own]!.promise;
      return await answer.respond(requests);
    },
  }));
}

Deno.test("runDiscussions() asks different agents at the same time", async () => {
  const [discussion] = await runDiscussions(
    options({ agents: waiting(), questions: [PENS], numTurns: 2 }),
  );
  assertEquals(discussion!.lastTurn, 1);
});

Deno.test("runDiscussions() tells each agent once when it is over, and not before all have answered", async () => {
  for (const fails of [false, true]) {
    const log: string[] = [];
    const slow: Agent = {
      name: "slow",
      async respond(requests) {
        const answers = await new ScriptedAgent(() => "\\boxed{1}").respond(requests);
        for (let i = 0; i < 20; i++) await Promise.resolve();
        log.push("answered");
        return answers;
      },
      endDiscussions: () => void log.push("slow ends"),
    };
    const quick: Agent = {
      name: "quick",
      respond: (requests) =>
        fails
          ? Promise.reject(new TypeError("no"))
          : new ScriptedAgent(() => "\\boxed{2}").respond(requests),
      endDiscussions: () => void log.push("quick ends"),
    };
    const held = runDiscussions(options({ agents: [slow, quick, slow], numTurns: 1 }));
    if (fails) await assertRejects(() => held, RunError, 'agent "quick"');
    else await held;
    assertEquals(log, ["answered", "slow ends", "quick ends"]);
  }
});

Deno.test("runDiscussions() asks with plain data, and refuses to hold no discussion", async () => {
  const agent = new RecordingAgent(() => "\\boxed{1}");
  await runDiscussions(options({ agents: [agent] }));
  const requests: readonly AgentRequest[] = agent.calls.flat();
  assertEquals(structuredClone(requests), requests);
  assertEquals(JSON.parse(JSON.stringify(requests)), requests);
  for (const numSamples of [0, 1.5]) {
    await assertRejects(
      () => runDiscussions(options({ agents: [agent], numSamples })),
      RangeError,
      `numSamples must be a positive integer: current value is ${numSamples}`,
    );
  }
});
