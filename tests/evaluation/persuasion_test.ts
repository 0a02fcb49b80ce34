import { assertEquals, assertThrows } from "@std/assert";
import { evaluationTable, type Persuasion, persuasionGraph } from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";

const edgeOf = (graph: readonly Persuasion[], speaker: number, listener: number) =>
  graph.find((edge) => edge.speaker === speaker && edge.listener === listener)!;

// GOLD is "1". Three agents, two turns.
// q0: agents say 1, 2, 2 and then 1, 1, 2: agent 1 took over 0's right answer, agent 2 did not.
// q1: agents say 1, 2, 3 and then 2, 2, 2: agents 0 and 2 took over 1's wrong answer.
// q2: agents say 1, nothing, 2 and then 1, 1, nothing: agent 1 took over 0's answer; 2 took over none.
const rows = [
  ...discussion("q0", [["1", "2", "2"], ["1", "1", "2"]]),
  ...discussion("q1", [["1", "2", "3"], ["2", "2", "2"]]),
  ...discussion("q2", [["1", null, "2"], ["1", "1", null]]),
];

Deno.test("persuasionGraph() counts disagreements and what the listener took over", () => {
  const graph = persuasionGraph(evaluationTable(rows));
  assertEquals(graph.map(({ speaker, listener }) => [speaker, listener]), [
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 1],
  ]);
  // Agent 0 is right in all three and never agrees with 1, who follows in q0 and q2.
  assertEquals(edgeOf(graph, 0, 1).rightly, { disagreed: 3, moved: 2, rate: 2 / 3 });
  assertEquals(edgeOf(graph, 0, 1).wrongly, { disagreed: 0, moved: 0, rate: null });
  assertEquals(edgeOf(graph, 0, 2).rightly, { disagreed: 3, moved: 0, rate: 0 });
  // Agent 1 says 2 in q0 (0 keeps 1) and in q1 (0 moves to 2); in q2 it says nothing.
  assertEquals(edgeOf(graph, 1, 0).wrongly, { disagreed: 2, moved: 1, rate: 1 / 2 });
  // Agents 1 and 2 agree in q0 and disagree in q1, where 2 moves.
  assertEquals(edgeOf(graph, 1, 2).wrongly, { disagreed: 1, moved: 1, rate: 1 });
  // Agent 2 says 2, 3 and 2: 0 moves in q1, to 2 and not to 3.
  assertEquals(edgeOf(graph, 2, 0).wrongly, { disagreed: 3, moved: 0, rate: 0 });
  // Agents 2 and 1: q0 agreed, q1 not moved to 3, q2 no answer before and 1 after, not 2.
  assertEquals(edgeOf(graph, 2, 1).wrongly, { disagreed: 2, moved: 0, rate: 0 });
});

Deno.test("persuasionGraph() counts an answer that two had said for both of them", () => {
  const table = evaluationTable(discussion("q", [["2", "1", "1"], ["1", "1", "1"]]));
  const graph = persuasionGraph(table);
  for (const speaker of [1, 2]) {
    assertEquals(edgeOf(graph, speaker, 0).rightly, { disagreed: 1, moved: 1, rate: 1 });
  }
});

Deno.test("persuasionGraph() takes right answers for one, however they are written", () => {
  const [right, ...others] = discussion("q", [["1", "2"], ["1", "1"]]);
  const table = evaluationTable([{ ...right!, answer: "1.0" }, ...others]);
  assertEquals(edgeOf(persuasionGraph(table), 0, 1).rightly, { disagreed: 1, moved: 1, rate: 1 });
});

Deno.test("persuasionGraph() leaves out turns that were not held, and takes one turn if asked", () => {
  const table = evaluationTable([
    ...discussion("stopped", [["1", "2"]]),
    ...discussion("long", [["1", "2"], ["1", "2"], ["1", "1"]]),
  ]);
  const all = edgeOf(persuasionGraph(table), 0, 1).rightly;
  assertEquals(all, { disagreed: 2, moved: 1, rate: 1 / 2 });
  const first = edgeOf(persuasionGraph(table, { turn: 0 }), 0, 1).rightly;
  assertEquals(first, { disagreed: 1, moved: 0, rate: 0 });
});

Deno.test("persuasionGraph() throws for a turn that has no next one", () => {
  for (const turn of [-1, 1, 0.5]) {
    assertThrows(
      () => persuasionGraph(evaluationTable(rows), { turn }),
      RangeError,
      "turn must have a next one",
    );
  }
});
