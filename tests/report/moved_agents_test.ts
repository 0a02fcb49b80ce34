import { assertEquals } from "@std/assert";
import { evaluationTable, persuasionGraph } from "../../lib/evaluation/mod.ts";
import { discussionSets } from "../../lib/report/viewer/discussions.ts";
import { matching } from "../../lib/report/viewer/filters.ts";
import { movedNames, movedTitle } from "../../lib/report/viewer/moved_agents.ts";
import { discussionRows, rowsTA, viewedRow } from "./viewed.ts";

const namesOf = (answersTA: readonly (readonly (string | null)[])[]) => [
  ...movedNames(rowsTA(answersTA)),
];

Deno.test("movedNames() names all whose answer was taken over, and nobody who kept or lost one", () => {
  assertEquals(namesOf([["4", "3"], ["4", "4"]]), ["1-2-rightly"]);
  assertEquals(namesOf([["4", "3"], ["3", "3"]]), ["2-1-wrongly"]);
  assertEquals(namesOf([["4", "3"], ["3", "4"]]), ["2-1-wrongly", "1-2-rightly"]);
  // Two had said it; one had no answer before.
  assertEquals(namesOf([["4", "4", null], ["4", "4", "4"]]), ["1-3-rightly", "2-3-rightly"]);
  // Nobody had given 5; an answer given up is nobody's.
  assertEquals(namesOf([["4", "3"], ["5", null]]), []);
  assertEquals(namesOf([["4", "4"], ["4", "4"]]), []);
  assertEquals(namesOf([["4", "3"]]), []);
});

Deno.test("movedNames() takes right answers for one, however they are written", () => {
  const answer = (agent: number, turn: number, answer: string) =>
    viewedRow({ agent, turn, answer, correct: answer !== "3" });
  const moved = [
    [answer(0, 0, "4"), answer(1, 0, "3")],
    [answer(0, 1, "4"), answer(1, 1, "4.0")],
  ];
  assertEquals([...movedNames(moved)], ["1-2-rightly"]);
  const kept = [
    [answer(0, 0, "4"), answer(1, 0, "4.0")],
    [answer(0, 1, "4.0"), answer(1, 1, "4")],
  ];
  assertEquals([...movedNames(kept)], []);
});

/** Each of three turns has some of 3, 4, 5 and none, in a pattern that is not regular. */
const drawn = (question: number) =>
  [0, 1, 2].map((turn) =>
    [0, 1, 2].map((agent) =>
      ["4", "3", "5", null][(question * 7 + turn * 5 + agent * (question + 3)) % 4]!
    )
  );

Deno.test("the discussions behind a move are as many as persuasionGraph() counts, where none has it twice", () => {
  const discussions = Array.from({ length: 24 }, (_, q) => drawn(q).slice(0, 2));
  const rows = discussions.flatMap((answersTA, q) =>
    discussionRows(answersTA, { questionId: `q${q}` })
  );
  const graph = persuasionGraph(
    evaluationTable(rows.map((row) => ({ ...row, question: row.questionId, length: 1 }))),
  );
  const [set] = discussionSets(rows);
  let total = 0;
  for (const { speaker, listener, rightly, wrongly } of graph) {
    for (const [how, { moved }] of Object.entries({ rightly, wrongly })) {
      const filter = { outcomes: [], annotations: {}, query: "" };
      const name = `${speaker + 1}-${listener + 1}-${how}`;
      assertEquals(matching(set!.discussions, { ...filter, moved: name }).length, moved, name);
      total += moved;
    }
  }
  assertEquals(total > 10, true);
});

Deno.test("movedTitle() says a move in words, and what is none as it is", () => {
  assertEquals(movedTitle("1-2-rightly"), "agent 1 → agent 2, rightly");
  assertEquals(movedTitle("10-3-wrongly"), "agent 10 → agent 3, wrongly");
  assertEquals(movedTitle("1-2-maybe"), "1-2-maybe");
});
