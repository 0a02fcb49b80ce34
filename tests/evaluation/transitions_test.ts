import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  answerTransitions,
  evaluationTable,
  influenceTriples,
  revisionTriples,
  sumOfTriples,
  tripleCounts,
  turnValues,
  voteMoves,
  voteTransitions,
} from "../../lib/evaluation/mod.ts";
import { discussion, discussions } from "./rows.ts";

const FIRST = { from: 0, to: 1 };
/** 1 to 6 discussions of 3 turns and 3 agents. */
const correctness = fc.array(
  fc.array(fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
  { minLength: 1, maxLength: 6 },
);

Deno.test("answerTransitions() on three discussions worked by hand", () => {
  const table = evaluationTable(discussions([
    [[1, 0], [1, 1]],
    [[1, 0], [0, 1]],
    [[0, 0], [0, 0]],
  ]));
  const { byAgent, all } = answerTransitions(table, FIRST);
  // agent 0: R→R, R→W, W→W; agent 1: W→R, W→R, W→W
  assertEquals(byAgent[0], {
    rightRight: 1 / 3,
    wrongRight: 0,
    rightWrong: 1 / 3,
    wrongWrong: 1 / 3,
    netImproved: -1 / 3,
    count: 3,
  });
  assertEquals([byAgent[1]!.wrongRight, byAgent[1]!.wrongWrong], [2 / 3, 1 / 3]);
  assertEquals([all!.rightRight, all!.wrongRight, all!.rightWrong, all!.count], [
    1 / 6,
    2 / 6,
    1 / 6,
    6,
  ]);
});

Deno.test("voteTransitions() moves no more credit than it must", () => {
  const table = evaluationTable([
    ...discussion("a", [["1", "2"], ["1", "2"]]), // ½ → ½: a tie stays a tie
    ...discussion("b", [["1", "2"], ["1", "1"]]), // ½ → 1
    ...discussion("c", [["1", "1"], ["2", "2"]]), // 1 → 0
    ...discussion("d", [["2", "3"], ["2", "2"]]), // 0 → 0
  ]);
  assertEquals(voteTransitions(table, FIRST), {
    rightRight: (.5 + .5) / 4,
    wrongRight: .5 / 4,
    rightWrong: 1 / 4,
    wrongWrong: (.5 + 1) / 4,
    netImproved: -.125,
    count: 4,
    improved: 1 / 4,
    declined: 1 / 4,
    unchanged: 2 / 4,
  });
});

Deno.test("voteMoves() gives the move of each question, and null where it does not count", () => {
  const rows = [
    ...discussion("a", [["1", "2"], ["1", "1"]]), // ½ → 1
    ...discussion("b", [["1", "1"], ["2", "2"]]), // 1 → 0
    ...discussion("short", [["1", "1"]]),
  ];
  assertEquals(voteMoves(evaluationTable(rows, { finished: "leave_out" }), FIRST), [
    { rightRight: .5, wrongRight: .5, rightWrong: 0, wrongWrong: 0 },
    { rightRight: 0, wrongRight: 0, rightWrong: 1, wrongWrong: 0 },
    null,
  ]);
});

Deno.test("voteTransitions() and answerTransitions() sum to 1 and agree with the accuracies", () => {
  const mean = (values: (number | null)[]) =>
    values.reduce((sum: number, value) => sum + value!, 0) / values.length;
  fc.assert(fc.property(correctness, fc.nat(2), fc.nat(2), (correctQTA, from, to) => {
    const table = evaluationTable(discussions(correctQTA));
    const cases = [
      [voteTransitions(table, { from, to })!, "vote"],
      [answerTransitions(table, { from, to }).all!, "meanAccuracy"],
    ] as const;
    for (const [moved, metric] of cases) {
      const { rightRight, wrongRight, rightWrong, wrongWrong } = moved;
      assertAlmostEquals(rightRight + wrongRight + rightWrong + wrongWrong, 1, 1e-12);
      const [before, after] = [from, to].map((turn) => mean(turnValues(table, metric, { turn })));
      assertAlmostEquals(rightRight + rightWrong, before!, 1e-12);
      assertAlmostEquals(rightRight + wrongRight, after!, 1e-12);
      assertAlmostEquals(moved.netImproved, after! - before!, 1e-12);
      const back = metric === "vote"
        ? voteTransitions(table, { from: to, to: from })!
        : answerTransitions(table, { from: to, to: from }).all!;
      assertAlmostEquals(back.wrongRight, rightWrong, 1e-12);
    }
  }));
});

Deno.test("voteTransitions() leaves out what does not count at both turns", () => {
  const rows = [
    ...discussion("short", [["1", "1"]]),
    ...discussion("long", [["2", "2"], ["1", "1"]]),
  ];
  const left = evaluationTable(rows, { finished: "leave_out" });
  assertEquals(voteTransitions(left, FIRST)!.wrongRight, 1);
  assertEquals(answerTransitions(left, FIRST).all!.count, 2);
  const planned = evaluationTable(rows, { finished: "leave_out", numTurns: 3 });
  assertEquals(voteTransitions(planned, { from: 0, to: 2 }), null);
  assertEquals(answerTransitions(planned, { from: 0, to: 2 }), {
    byAgent: [null, null],
    all: null,
  });
  assertThrows(() => voteTransitions(left, { from: 0, to: 2 }), RangeError, "to must be a turn");
});

Deno.test("revisionTriples() counts own t, own t+1, others t (MAPoRL Table 3)", () => {
  // A = 2, so the others are the other.
  const table = evaluationTable(discussions([
    [[0, 1], [1, 1]], // agent 0 WRR, agent 1 stays
    [[0, 0], [1, 0]], // agent 0 WRW
    [[1, 1], [0, 1]], // agent 0 RWR
    [[1, 0], [0, 0]], // agent 0 RWW
    [[1, 0], [0, 1]], // agent 0 RWW, agent 1 WRR
  ]));
  const triples = revisionTriples(table)!;
  assertEquals(triples.count, 10);
  assertEquals([triples.rwr, triples.rww, triples.wrw, triples.wrr], [.1, .2, .1, .2]);
  assertAlmostEquals(triples.delta0, .1 - .2, 1e-12);
  assertAlmostEquals(triples.delta1, .2 - .1, 1e-12);
});

Deno.test("influenceTriples() counts others t, others t+1, own t (MAPoRL Table 4)", () => {
  const table = evaluationTable(discussions([
    [[1, 0], [1, 1]], // others of agent 0: W→R while it is right: WRR
    [[0, 0], [0, 1]], // agent 0: WRW
    [[1, 1], [1, 0]], // agent 0: RWR
    [[0, 1], [0, 0]], // agent 0: RWW
  ]));
  const triples = influenceTriples(table)!;
  assertEquals(triples.count, 8);
  assertEquals([triples.rwr, triples.rww, triples.wrw, triples.wrr], [
    1 / 8,
    1 / 8,
    1 / 8,
    1 / 8,
  ]);
});

Deno.test("tripleCounts() counts all eight triples and who faced no majority, question by question", () => {
  // A = 3, so a majority of the others are both of them.
  const table = evaluationTable(discussions([
    // Agent 1 alone is right at first.
    [[0, 1, 0], [1, 1, 0]],
    // All are right at first, agent 0 alone stays so.
    [[1, 1, 1], [1, 0, 0]],
  ]));
  const none = { rrr: 0, rrw: 0, rwr: 0, rww: 0, wrr: 0, wrw: 0, wwr: 0, www: 0 };
  assertEquals(tripleCounts(table, "revision"), [
    // Agent 1 is right twice beside two wrong ones; agents 0 and 2 face one right and one wrong.
    { ...none, rrw: 1, split: 2, total: 3 },
    { ...none, rrr: 1, rwr: 2, split: 0, total: 3 },
  ]);
  assertEquals(tripleCounts(table, "influence"), [
    // Others of agent 1: W W, then R W. Of agent 0: R W. Of agent 2: W R, then R R. No majority in one of both turns.
    { ...none, split: 3, total: 3 },
    // Others of agent 0: R R, then W W, while it is right; of agents 1 and 2: R R, then R W.
    { ...none, rwr: 1, split: 2, total: 3 },
  ]);
  const all = sumOfTriples(tripleCounts(table, "revision"));
  assertEquals(all, { ...none, rrr: 1, rrw: 1, rwr: 2, split: 2, total: 6 });
});

Deno.test("tripleCounts() add up: triples and those without a majority are all cases", () => {
  fc.assert(fc.property(correctness, fc.constantFrom("none", "half"), (correctQTA, tieRule) => {
    const table = evaluationTable(discussions(correctQTA));
    for (const kind of ["revision", "influence"] as const) {
      const options = { tieRule: tieRule as "none" | "half" };
      for (const { total, ...counts } of tripleCounts(table, kind, options)) {
        assertEquals(Object.values(counts).reduce((a, b) => a + b, 0), total);
        if (tieRule === "half") assertEquals(counts.split, 0);
      }
    }
  }));
});

Deno.test("revisionTriples() of two agents mirrors influenceTriples(): other and self change places", () => {
  const twoAgents = correctness.map((qta) => qta.map((ta) => ta.map((row) => row.slice(0, 2))));
  fc.assert(fc.property(twoAgents, (correctQTA) => {
    const table = evaluationTable(discussions(correctQTA));
    assertEquals(revisionTriples(table), influenceTriples(table));
  }));
});

Deno.test("revisionTriples() treats ties by the rule and restricts to a turn", () => {
  // A = 3: agent 0 goes W→R between one right and one wrong other, who stay.
  const table = evaluationTable(discussions([[[0, 1, 0], [1, 1, 0], [1, 1, 0]]]));
  const wrOf = (tieRule: "none" | "right" | "wrong" | "half") => {
    const { wrr, wrw, count } = revisionTriples(table, { tieRule, turn: 0 })!;
    return [wrr * count, wrw * count];
  };
  assertEquals([wrOf("none"), wrOf("right"), wrOf("wrong"), wrOf("half")], [
    [0, 0],
    [1, 0],
    [0, 1],
    [.5, .5],
  ]);
  assertEquals(revisionTriples(table, { tieRule: "right", turn: 1 })!.wrr, 0);
  assertEquals(revisionTriples(table)!.count, 6);
  assertThrows(() => revisionTriples(table, { turn: 2 }), RangeError, "in [0, 2)");
  const single = evaluationTable(discussions([[[1, 1]]]));
  assertEquals([revisionTriples(single), influenceTriples(single)], [null, null]);
});

Deno.test("revisionTriples() of all turns is the mean of its turns", () => {
  fc.assert(fc.property(correctness, (correctQTA) => {
    const table = evaluationTable(discussions(correctQTA));
    for (const triples of [revisionTriples, influenceTriples]) {
      const whole = triples(table, { tieRule: "half" })!;
      const parts = [0, 1].map((turn) => triples(table, { tieRule: "half", turn })!);
      assertAlmostEquals(whole.delta0, (parts[0]!.delta0 + parts[1]!.delta0) / 2, 1e-12);
      assertAlmostEquals(whole.wrr, (parts[0]!.wrr + parts[1]!.wrr) / 2, 1e-12);
    }
  }));
});
