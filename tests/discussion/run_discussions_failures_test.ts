import { assertEquals, assertRejects } from "@std/assert";
import { NumericError, RunError } from "../../lib/core/errors.ts";
import { type Agent, runDiscussions, ScriptedAgent } from "../../lib/discussion/mod.ts";
import { FunctionScorer, options, PENS } from "./fixtures.ts";

Deno.test("runDiscussions() names agent and turn when an agent fails", async () => {
  const failure = new TypeError("no weights");
  const agent = new ScriptedAgent(({ turn }) => {
    if (turn === 1) throw failure;
    return "\\boxed{1}";
  }, { name: "fragile" });
  const error = await assertRejects(
    () => runDiscussions(options({ agents: [agent] })),
    RunError,
    'Cannot hold turn 1 as agent "fragile" must answer 3 requests: it failed with "no weights"',
  );
  assertEquals(error.cause, failure);
});

Deno.test("runDiscussions() lets interruptions and errors with a remedy pass", async () => {
  for (const thrown of [new DOMException("stop", "AbortError"), new NumericError("Cannot go on")]) {
    const agent = new ScriptedAgent(() => Promise.reject(thrown));
    const caught = await runDiscussions(options({ agents: [agent] })).catch((error) => error);
    assertEquals(caught, thrown);
  }
});

Deno.test("runDiscussions() throws when an agent leaves requests unanswered", async () => {
  const agent: Agent = { name: "mute", respond: () => Promise.resolve([]) };
  await assertRejects(() => runDiscussions(options({ agents: [agent] })), RunError, "it gave 0");
});

Deno.test("runDiscussions() throws for a verifier that returns NaN, naming it and the question", async () => {
  const agent = new ScriptedAgent(() => "\\boxed{28}");
  await assertRejects(
    () =>
      runDiscussions(
        options({ agents: [agent], questions: [PENS], scorer: new FunctionScorer(() => NaN) }),
      ),
    NumericError,
    'score of "function scorer" for question "pens"',
  );
});

Deno.test("runDiscussions() throws without agents or turns and for two questions of one id", async () => {
  const agent = new ScriptedAgent(() => "\\boxed{28}");
  const cases: [Parameters<typeof options>[0], string][] = [
    [{ agents: [] }, "at least one agent"],
    [{ agents: [agent], numTurns: 0 }, "numTurns must be a positive integer"],
    [{ agents: [agent], numTurns: 1.5 }, "numTurns must be a positive integer"],
    [{ agents: [agent], questions: [PENS, PENS] }, '"pens" occurs twice'],
  ];
  for (const [changes, message] of cases) {
    await assertRejects(() => runDiscussions(options(changes)), RangeError, message);
  }
});

Deno.test("runDiscussions() stops a scorer and between questions when its signal aborts", async () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  const agent = new ScriptedAgent(() => "\\boxed{1}", { name: "quick" });
  const scorer = {
    name: "slow",
    score: (items: readonly unknown[], options?: { signal?: AbortSignal }) => {
      seen.push(options?.signal);
      controller.abort(new RangeError("enough"));
      return Promise.resolve(new Float64Array(items.length));
    },
  };
  await assertRejects(
    () => runDiscussions(options({ agents: [agent], scorer, signal: controller.signal })),
    RangeError,
    "enough",
  );
  assertEquals(seen, [controller.signal]);
});
