import { assertEquals } from "@std/assert";
import {
  type AgentRequest,
  makePaperFormat,
  runDiscussions,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";
import { options, PENS, questions, RecordingAgent } from "./fixtures.ts";

/** Says who it is and when. */
const echo = ({ agent, turn }: AgentRequest) => `agent ${agent} at turn ${turn} \\boxed{${agent}}`;

Deno.test("runDiscussions() goes on with later samples as one call for all of them would", async () => {
  const agent = new ScriptedAgent((_, random) => `${random.uniform()} \\boxed{1}`);
  const changes = {
    agents: [agent, agent],
    format: makePaperFormat({ answers: "number" }),
    questions: questions(2),
    numTurns: 1,
  };
  const whole = await runDiscussions(options({ ...changes, numSamples: 5 }));
  const first = await runDiscussions(options({ ...changes, numSamples: 2 }));
  const rest = await runDiscussions(options({ ...changes, numSamples: 3, firstSample: 2 }));
  assertEquals([...first, ...rest], [
    ...whole.filter(({ sample }) => sample < 2),
    ...whole.filter(({ sample }) => sample >= 2),
  ]);
});

Deno.test("runDiscussions() of agents that read no others shows each its own answer and verdict alone", async () => {
  const agent = new RecordingAgent(echo);
  const format = makePaperFormat({ answers: "number" });
  const held = await runDiscussions(
    options({ agents: [agent, agent, agent], format, questions: [PENS], readsOthers: false }),
  );
  assertEquals(held[0]!.answersTA.flat().length, 9);
  for (const { messages, agent: place, turn } of agent.calls.flat()) {
    assertEquals(messages.length, 2 * turn + 1);
    const seen = messages.map(({ content }) => content).join("\n");
    for (let other = 0; other < 3; other++) {
      assertEquals(seen.includes(`agent ${other} at turn`), other === place && turn > 0);
    }
  }
  // It is what a discussion of one agent would be: the same messages.
  const alone = new RecordingAgent(() => echo({ agent: 0, turn: 0 } as AgentRequest));
  await runDiscussions(options({ agents: [alone], format, questions: [PENS], numTurns: 2 }));
  const own = agent.calls[1]!.find(({ agent }) => agent === 0)!;
  assertEquals(own.messages, alone.calls[1]![0]!.messages);
});
