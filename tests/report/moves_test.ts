import { assertEquals } from "@std/assert";
import { agentNames } from "../../lib/report/viewer/grades.ts";
import { moveText } from "../../lib/report/viewer/move_text.ts";
import { moveOf } from "../../lib/report/viewer/moves.ts";
import { rowsTA } from "./viewed.ts";

Deno.test("moveOf() tells who changed whom from what was given the turn before", () => {
  const answers = rowsTA([
    ["3", "4", "4", null],
    ["4", "3", "5", "3"],
    ["4", "3", null, null],
  ]);
  const none = { from: [], persuaded: null };
  assertEquals(moveOf(answers, 0, 0), { kind: "first", before: null, ...none });
  // Agent 0 gave 3; agents 1 and 2 had given 4, which is right.
  const rightly = { kind: "adopted", before: "3", from: [1, 2], persuaded: "rightly" } as const;
  assertEquals(moveOf(answers, 1, 0), rightly);
  const wrongly = { kind: "adopted", before: "4", from: [0], persuaded: "wrongly" } as const;
  assertEquals(moveOf(answers, 1, 1), wrongly);
  assertEquals(moveOf(answers, 1, 2), { kind: "changed", before: "4", ...none });
  // Who had no answer can be persuaded as well.
  assertEquals(moveOf(answers, 1, 3), { ...wrongly, before: null });
  // The same answer is kept, whoever else had given it.
  assertEquals(moveOf(answers, 2, 1), { kind: "kept", before: "3", ...none });
  assertEquals(moveOf(answers, 2, 2), { kind: "lost", before: "5", ...none });
});

Deno.test("moveOf() looks one turn back and no further, and takes no silence for an answer", () => {
  const answers = rowsTA([["4", "3"], ["5", "3"], ["4", "4"]]);
  // 4 was given at turn 0, but nobody gave it at turn 1.
  assertEquals(moveOf(answers, 2, 0).kind, "changed");
  assertEquals(moveOf(answers, 2, 1).kind, "changed");
  const silent = rowsTA([[null, "3"], [null, null]]);
  assertEquals(moveOf(silent, 1, 0).kind, "kept");
  assertEquals(moveOf(silent, 1, 1).kind, "lost");
});

Deno.test("moveText() says a move as a person would", () => {
  const answers = rowsTA([["3", "4", "4"], ["4", "5", null], ["4", null, null]]);
  const text = (turn: number, agent: number) =>
    moveText(moveOf(answers, turn, agent), answers[turn]![agent]!);
  assertEquals(text(0, 0), "");
  assertEquals(text(1, 0), "took over agents 2 and 3’s answer 4, had 3 before");
  assertEquals(text(1, 1), "changed 4 to 5, which nobody gave at turn 1");
  assertEquals(text(1, 2), "gave 4 before, now no answer");
  assertEquals(text(2, 0), "kept 4");
  assertEquals(text(2, 2), "still gives no answer");
});

Deno.test("agentNames() counts from 1", () => {
  assertEquals(agentNames([0]), "agent 1");
  assertEquals(agentNames([0, 2, 3]), "agents 1, 3 and 4");
});
