import { assertEquals } from "@std/assert";
import { consensusOf, evaluationTable } from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";

// GOLD is "1". q0 agrees on the right answer at once, q1 on a wrong one at turn 1 and on the right one at
// turn 2, q2 on the right one at turn 2; q3 never: nothing at all is not an answer.
const rows = [
  ...discussion("q0", [["1", "1"], ["1", "1"], ["1", "2"]]),
  ...discussion("q1", [["1", "2"], ["2", "2"], ["1", "1"]]),
  ...discussion("q2", [["1", "2"], ["2", "1"], ["1", "1"]]),
  ...discussion("q3", [["1", "2"], ["1", "2"], [null, null]]),
];

Deno.test("consensusOf() gives agreement by turn, and its first turn", () => {
  assertEquals(consensusOf(evaluationTable(rows)), {
    byTurn: [
      { count: 4, share: 1 / 4, right: 1 }, // q0
      { count: 4, share: 2 / 4, right: 1 / 2 }, // q0, q1 wrongly
      { count: 4, share: 2 / 4, right: 1 }, // q1, q2
    ],
    reached: 3 / 4,
    meanFirstTurn: 1, // of 0, 1, 2
    firstRight: 2 / 3, // q1's first one is wrong
  });
});

Deno.test("consensusOf() counts turns that were not held as the table has them", () => {
  const stopped = [
    ...discussion("stopped", [["1", "1"]]),
    ...discussion("long", [["1", "2"], ["1", "2"]]),
  ];
  const carried = consensusOf(evaluationTable(stopped)).byTurn[1];
  assertEquals(carried, { count: 2, share: 1 / 2, right: 1 });
  const left = consensusOf(evaluationTable(stopped, { finished: "leave_out" })).byTurn[1];
  assertEquals(left, { count: 1, share: 0, right: null });
});

Deno.test("consensusOf() without any agreement has no first turn", () => {
  const { reached, meanFirstTurn, firstRight } = consensusOf(
    evaluationTable(discussion("q", [["1", "2"]])),
  );
  assertEquals([reached, meanFirstTurn, firstRight], [0, null, null]);
});
