import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  discussionRewards,
  incentivesFromOfficial,
  incentivesFromPaper,
  noVerifierRule,
  PENALTY_KINDS,
  type PenaltyKind,
  rewardDesign,
  type RewardInput,
} from "../../lib/rewards/mod.ts";
import { assertTable, probabilities, tables } from "./tables.ts";

const INFLUENCE_AWARE = rewardDesign("influence_aware", 0.3);
const NONE: PenaltyKind[] = [];

/** Answers of a discussion as columns of one table, so that all shapes agree. */
const answers = tables(fc.record({
  score: probabilities,
  correct: fc.boolean(),
  penalties: fc.subarray([...PENALTY_KINDS], { maxLength: 2 }),
})).map((table): Required<Omit<RewardInput, "presentTA">> => ({
  scoresTA: table.map((row) => row.map((x) => x.score)),
  correctTA: table.map((row) => row.map((x) => x.correct)),
  penaltiesTA: table.map((row) => row.map((x) => x.penalties)),
}));

Deno.test("discussionRewards() keeps a penalty with its owner or lets it leak", () => {
  const input: RewardInput = {
    scoresTA: [[.2, .4], [.6, .8], [.9, .7]],
    correctTA: [[false, false], [true, true], [true, true]],
    penaltiesTA: [[NONE, NONE], [NONE, NONE], [NONE, ["missing_box"]]],
  };
  const own = discussionRewards(input, { rule: INFLUENCE_AWARE });
  assertTable(own.totalTA, [[.346763, .490647], [.646154, .8], [.9, -10]], 5e-7);
  assertTable(own.scoreTA, [[.346763, .490647], [.646154, .8], [.9, .7]], 5e-7);
  assertTable(own.penaltyTA, [[0, 0], [0, 0], [0, -10.7]], 5e-7);
  const leak = discussionRewards(input, { rule: INFLUENCE_AWARE, compat: "official" });
  // turn 0, agent 0: (.2 + .3·.7 + .09·(.9 − 10)/2)/1.39 = (.41 − .4095)/1.39 = .0005/1.39
  assertAlmostEquals(leak.totalTA[0]![0]!, .0005 / 1.39, 1e-12);
  assertAlmostEquals(leak.totalTA[2]![1]!, -10, 1e-12);
  assertTable(leak.scoreTA, own.scoreTA);
  // A leaking penalty at turn 0 is diluted by what comes later: (−10 + .3·.7 + .09·.8)/1.39.
  const early = [[["too_short"], NONE], [NONE, NONE], [NONE, NONE]] as PenaltyKind[][][];
  const diluted = discussionRewards({ ...input, penaltiesTA: early }, {
    rule: INFLUENCE_AWARE,
    penaltyScope: "leak",
  });
  assertAlmostEquals(diluted.totalTA[0]![0]!, (-10 + .21 + .072) / 1.39, 1e-12);
  // The switch alone, in paper mode, does the same.
  const switched = discussionRewards(input, { rule: INFLUENCE_AWARE, penaltyScope: "leak" });
  assertTable(switched.totalTA, leak.totalTA);
});

Deno.test("discussionRewards() adds score, penalty and both incentive halves", () => {
  const input: RewardInput = {
    scoresTA: [[.2, .9], [.8, .7]],
    correctTA: [[false, true], [true, true]],
    penaltiesTA: [[NONE, NONE], [["too_short"], NONE]],
  };
  const incentives = incentivesFromPaper({ alpha0: 1, alpha1: 2, beta0: 3, beta1: 4 });
  const parts = discussionRewards(input, { rule: rewardDesign("immediate", 1), incentives });
  // agent 0 goes W→R with a right other: +α1 = 2 at turn 1. Agent 1 stood right while the other went
  // W→R: +β1 = 4 at turn 0.
  assertEquals(parts.ownRevisionTA, [[0, 0], [2, 0]]);
  assertEquals(parts.influenceTA, [[0, 4], [0, 0]]);
  assertTable(parts.totalTA, [[.2, 4.9], [-10 + 2, .7]]);
  const official = discussionRewards(input, {
    rule: rewardDesign("immediate", 1),
    incentives: incentivesFromOfficial([1, 2, 3, 4]),
    compat: "official",
  });
  // own W→R with a right other: +alpha[0] = 1; no influence at turn 0, none after the last turn
  assertTable(official.totalTA, [[.2, .9], [-10 + 1, .7]]);
});

Deno.test("discussionRewards() can believe the verifier instead of the label", () => {
  const input: RewardInput = {
    scoresTA: [[.5, .6], [.51, .6]],
    correctTA: [[true, true], [true, true]],
  };
  const incentives = incentivesFromPaper({ alpha0: 1, alpha1: 2, beta0: 3, beta1: 4 });
  const options = { rule: rewardDesign("immediate", 1), incentives } as const;
  assertEquals(discussionRewards(input, options).ownRevisionTA[1]![0], 0);
  // .5 is not above 0.5, .51 is: W→R with a right other
  const verifier = discussionRewards(input, { ...options, correctnessSource: "verifier" });
  assertEquals(verifier.ownRevisionTA[1]![0], 2);
});

Deno.test("discussionRewards() without a verifier never reads the scores", () => {
  const input: RewardInput = { scoresTA: [[NaN], [NaN]], correctTA: [[true], [false]] };
  const paper = discussionRewards(input, {
    rule: noVerifierRule({ compat: "paper" }),
    scoreSource: "correctness",
  });
  assertEquals(paper.totalTA, [[0], [0]]);
  const official = discussionRewards(input, {
    rule: noVerifierRule({ compat: "official", turnDiscount: 1 }),
    scoreSource: "correctness",
    compat: "official",
  });
  assertEquals(official.totalTA, [[.5], [0]]);
  assertThrows(
    () => discussionRewards(input, { rule: noVerifierRule({ compat: "paper" }) }),
    RangeError,
    "turn 0, agent 0 has NaN",
  );
});

Deno.test("discussionRewards() of a stopped discussion pads to the planned turns", () => {
  const input: RewardInput = { scoresTA: [[.2, .4]], correctTA: [[true, true]] };
  const paper = discussionRewards(input, { rule: rewardDesign("final_answer", 1), numTurns: 3 });
  assertEquals(paper.totalTA, [[.2, .4], [0, 0], [0, 0]]);
  assertEquals(paper.presentTA, [[1, 1], [0, 0], [0, 0]]);
  const official = discussionRewards(input, {
    rule: rewardDesign("final_answer", 1),
    numTurns: 3,
    compat: "official",
  });
  assertEquals(official.presentTA, [[0, 0], [0, 0], [0, 0]]);
  assertEquals(official.totalTA, [[0, 0], [0, 0], [0, 0]]);
});

Deno.test("discussionRewards() always sums to its total, and own penalties touch nobody else", () => {
  const incentives = incentivesFromPaper({ alpha0: 1, alpha1: 2, beta0: .5, beta1: .25 });
  fc.assert(fc.property(answers, fc.constantFrom("paper", "official"), (input, compat) => {
    const parts = discussionRewards(input, { rule: INFLUENCE_AWARE, incentives, compat });
    for (const [t, row] of parts.totalTA.entries()) {
      for (const [a, total] of row.entries()) {
        const sum = parts.scoreTA[t]![a]! + parts.penaltyTA[t]![a]! +
          parts.ownRevisionTA[t]![a]! + parts.influenceTA[t]![a]!;
        assertAlmostEquals(sum, total, 1e-9);
        if (compat === "official") continue;
        const isPenalised = input.penaltiesTA[t]![a]!.length > 0;
        assertEquals(parts.penaltyTA[t]![a]! < 0, isPenalised);
      }
    }
  }));
});

Deno.test("discussionRewards() leaks a penalty backwards in time only", () => {
  fc.assert(fc.property(answers, fc.nat(), fc.nat(), (input, someTurn, someAgent) => {
    const at = someTurn % input.scoresTA.length;
    const who = someAgent % input.scoresTA[0]!.length;
    const penaltiesTA = input.scoresTA.map((row, t) =>
      row.map((_, a): PenaltyKind[] => t === at && a === who ? ["repetition"] : [])
    );
    const options = { rule: INFLUENCE_AWARE, penaltyScope: "leak" } as const;
    const { penaltyTA } = discussionRewards({ ...input, penaltiesTA }, options);
    for (const [t, row] of penaltyTA.entries()) {
      for (const [a, change] of row.entries()) {
        const isReached = t < at || (t === at && a === who);
        assertEquals(change < 0, isReached, `turn ${t}, agent ${a}`);
      }
    }
  }));
});

Deno.test("discussionRewards() refuses tables of different shapes and too few planned turns", () => {
  const rule = INFLUENCE_AWARE;
  const scoresTA = [[.2, .4]];
  const correctTA = [[true, true]];
  assertThrows(
    () => discussionRewards({ scoresTA: [], correctTA: [] }, { rule }),
    RangeError,
    "at least 1 turn and 1 agent",
  );
  assertThrows(
    () => discussionRewards({ scoresTA, correctTA: [[true]] }, { rule }),
    RangeError,
    "correctness as a table of shape [1, 2]",
  );
  assertThrows(
    () => discussionRewards({ scoresTA, correctTA, penaltiesTA: [[NONE]] }, { rule }),
    RangeError,
    "penalties as a table of shape [1, 2]",
  );
  assertThrows(
    () => discussionRewards({ scoresTA, correctTA }, { rule, numTurns: 0 }),
    RangeError,
    "numTurns turns",
  );
});
