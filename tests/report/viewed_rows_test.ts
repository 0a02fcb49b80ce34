import { assertEquals } from "@std/assert";
import {
  type DiscussionFormat,
  makePaperFormat,
  runDiscussions,
} from "../../lib/discussion/mod.ts";
import { runWriting } from "../../lib/report/run_writing.ts";
import { seenMessages } from "../../lib/report/seen_messages.ts";
import { viewedRows } from "../../lib/report/viewed_rows.ts";
import { makeHiddenProfileFormat, smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";
import { options, RecordingAgent } from "../discussion/fixtures.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";
import { config, discussionsOf, evaluatedRows } from "./discussed_run.ts";

const formats: Readonly<Record<string, DiscussionFormat>> = {
  "the paper": makePaperFormat({ answers: "number" }),
  "the small world": smallWorldFormat,
  "split evidence, where each agent is told something else": makeHiddenProfileFormat({
    numShared: 1,
  }),
};

for (const [name, format] of Object.entries(formats)) {
  for (const showScores of [true, false]) {
    Deno.test(`seenMessages() is what agents were given in the format of ${name}, scores ${showScores}`, async () => {
      const agents = [0, 1, 2].map(() =>
        new RecordingAgent(({ agent, turn }) => ` best : me . 1 + ${turn}  = \\boxed{${agent}} `)
      );
      const discussions = await runDiscussions(options({ agents, format, showScores }));
      for (const [q, discussion] of discussions.entries()) {
        const rows = evaluatedRows([discussion], { model: "m", update: 0 }).reverse();
        const seen = seenMessages(rows, { format, showScores });
        const at = (turn: number, agent: number) =>
          seen[rows.findIndex((row) => row.turn === turn && row.agent === agent)]!;
        for (const { turn, agent } of rows) {
          const chat = [];
          for (let t = 0; t <= turn; t++) {
            chat.push({ role: "user", content: at(t, agent).asked });
            if (t < turn) chat.push({ role: "assistant", content: at(t, agent).remembered });
          }
          assertEquals(chat, [...agents[agent]!.calls[turn]![q]!.messages]);
        }
      }
    });
  }
}

Deno.test("runWriting() knows a run's format by its settings, and none by others", () => {
  const { trained, evaluated } = runWriting(config);
  assertEquals([trained?.format, trained?.showScores], [smallWorldFormat, true]);
  assertEquals(evaluated, trained);
  const other = { task: { name: "hidden_profile" } };
  const { evaluated: another } = runWriting({ ...config, evaluation: other });
  assertEquals(another?.format.maxAgents, 4);
  const unknown = { trained: undefined, evaluated: undefined };
  assertEquals(runWriting({ ...config, task: { name: "somebody's own" } }), unknown);
  assertEquals(runWriting({ ...config, discussion: {} }), unknown);
  assertEquals(runWriting({}), unknown);
});

Deno.test("viewedRows() has evaluations first, then training with its rewards", async () => {
  const [discussion] = await discussionsOf(true);
  const evaluations = evaluatedRows([discussion!], { model: "MAPoRL", update: 8 });
  const rewards = {
    penalties: "missing_box",
    scoreReward: 1,
    penaltyReward: -2,
    ownRevisionReward: 0,
    influenceReward: 0.5,
    reward: -0.5,
  };
  const { evaluation: _, model: __, ...answer } = evaluations[0]!;
  const answers = [{ ...answer, ...rewards }];
  const unknown = { trained: undefined, evaluated: undefined };
  const rows = viewedRows({ evaluations, answers }, unknown);
  assertEquals(rows.length, evaluations.length + 1);
  const [first, last] = [rows[0]!, rows.at(-1)!];
  assertEquals([first.source, first.model, first.update], ["test", "MAPoRL", 8]);
  assertEquals([first.reward, first.penalties, first.asked], [null, null, null]);
  assertEquals([last.source, last.model, last.asked], ["training", "training", null]);
  assertEquals([last.reward, last.penalties], [-0.5, "missing_box"]);
  const known = viewedRows({ evaluations, answers: [] }, runWriting(config));
  assertEquals(known[0]!.asked, discussion!.question.text);
});

Deno.test("viewedRows() puts the answers of a discussion next to each other, whatever order they come in", () => {
  const rows = [["a", 0], ["b", 0], ["a", 1], ["b", 1]].map(([questionId, agent]) => ({
    ...evaluatedRowOf(questionId as string),
    agent: agent as number,
  }));
  const unknown = { trained: undefined, evaluated: undefined };
  const sorted = viewedRows({ evaluations: rows, answers: [] }, unknown);
  assertEquals(sorted.map(({ questionId, agent }) => questionId + agent), ["a0", "a1", "b0", "b1"]);
});

function evaluatedRowOf(questionId: string) {
  const place = { model: "MAPoRL", update: 8, question: 0, turn: 0, correct: true };
  return { ...evaluationsRow(place), questionId };
}
