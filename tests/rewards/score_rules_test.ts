import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  noVerifierRule,
  presentTurns,
  REWARD_DESIGNS,
  type RewardDesign,
  rewardDesign,
  type ScoreRule,
  scoreRule,
} from "../../lib/rewards/mod.ts";
import { assertTable, orderOf, probabilities, renumber, tables } from "./tables.ts";

const SCORES = [[.2, .4], [.6, .8], [.9, .7]];
const HORIZONS = ["current", "last", "discounted_sum"] as const;
const SHARES = ["individual", "all"] as const;
const ALL_RULES: ScoreRule[] = HORIZONS.flatMap((horizon) =>
  SHARES.map((share) => ({ horizon, share, turnDiscount: 0.3 }))
);

Deno.test("scoreRule() has the six cells of horizon and share in both modes", () => {
  const golden: [ScoreRule["horizon"], ScoreRule["share"], number[][]][] = [
    ["current", "individual", SCORES],
    ["current", "all", [[.3, .3], [.7, .7], [.8, .8]]],
    ["last", "individual", [[.9, .7], [.9, .7], [.9, .7]]],
    ["last", "all", [[.8, .8], [.8, .8], [.8, .8]]],
    ["discounted_sum", "individual", [[.331655, .505755], [.669231, .776923], [.9, .7]]],
    ["discounted_sum", "all", [[.346763, .490647], [.646154, .8], [.9, .7]]],
  ];
  for (const compat of ["paper", "official"] as const) {
    for (const [horizon, share, expected] of golden) {
      const { valuesTA, presentTA } = scoreRule(SCORES, {
        horizon,
        share,
        turnDiscount: 0.3,
        compat,
      });
      assertTable(valuesTA, expected, 5e-7);
      assertEquals(presentTA, [[1, 1], [1, 1], [1, 1]]);
    }
  }
});

Deno.test("scoreRule() of a discussion that stopped after turn 0", () => {
  const presentTA = presentTurns(1, { numTurns: 3, numAgents: 2 });
  // What stands in turns that were not held must not matter.
  const scoresTA = [[.2, .4], [NaN, NaN], [NaN, NaN]];
  const held = [[1, 1], [0, 0], [0, 0]];
  const none = [[0, 0], [0, 0], [0, 0]];
  const paid = (rule: ScoreRule, compat: "paper" | "official") =>
    scoreRule(scoresTA, { ...rule, compat, presentTA });
  for (const share of SHARES) {
    for (const compat of ["paper", "official"] as const) {
      const discounted = paid({ horizon: "discounted_sum", share, turnDiscount: 0.3 }, compat);
      assertTable(discounted.valuesTA, [[.2, .4], [0, 0], [0, 0]]);
      assertEquals(discounted.presentTA, held);
    }
    const last: ScoreRule = { horizon: "last", share, turnDiscount: 0.3 };
    const expected = share === "all" ? .3 : undefined;
    assertTable(paid(last, "paper").valuesTA, [[expected ?? .2, expected ?? .4], [0, 0], [0, 0]]);
    assertEquals(paid(last, "paper").presentTA, held);
    assertEquals(paid(last, "official").presentTA, none);
    assertEquals(paid(last, "official").valuesTA, none);
  }
});

Deno.test("scoreRule() drops a reward of exactly −1 in official mode only", () => {
  const rule = { horizon: "current", share: "individual", turnDiscount: 0 } as const;
  assertEquals(scoreRule([[-1, .5]], { ...rule, compat: "official" }), {
    valuesTA: [[0, .5]],
    presentTA: [[0, 1]],
  });
  assertEquals(scoreRule([[-1, .5]], rule), { valuesTA: [[-1, .5]], presentTA: [[1, 1]] });
});

Deno.test("scoreRule() averages over the agents present", () => {
  const { valuesTA } = scoreRule([[.5, .1], [1, .9]], {
    horizon: "discounted_sum",
    share: "all",
    turnDiscount: 1,
    presentTA: [[1, 1], [1, 0]],
  });
  // turn 1 is agent 0 alone: agent 0 (.5 + 1)/2, agent 1 (.1 + 1)/2
  assertTable(valuesTA, [[.75, .55], [1, 0]]);
});

Deno.test("scoreRule() with turnDiscount 0 is immediate, with equal agents cumulative", () => {
  fc.assert(fc.property(tables(probabilities), (scoresTA) => {
    for (const share of SHARES) {
      const rule = { horizon: "discounted_sum", share, turnDiscount: 0 } as const;
      assertEquals(scoreRule(scoresTA, rule).valuesTA, scoresTA);
    }
    const equal = scoresTA.map((row) => row.map(() => row[0]!));
    assertTable(
      scoreRule(equal, rewardDesign("influence_aware", 0.7)).valuesTA,
      scoreRule(equal, rewardDesign("cumulative", 0.7)).valuesTA,
    );
  }));
});

Deno.test("scoreRule() equals the definition written as loops", () => {
  fc.assert(fc.property(tables(probabilities), probabilities, (scoresTA, gamma) => {
    const numTurns = scoresTA.length;
    const expected = scoresTA.map((row, t) =>
      row.map((own) => {
        let z = 0;
        let sum = 0;
        for (let u = t; u < numTurns; u++) {
          const mean = scoresTA[u]!.reduce((x, y) => x + y) / row.length;
          z += gamma ** (u - t);
          sum += gamma ** (u - t) * (u === t ? own : mean);
        }
        return sum / z;
      })
    );
    assertTable(scoreRule(scoresTA, rewardDesign("influence_aware", gamma)).valuesTA, expected);
  }));
});

Deno.test("scoreRule() stays within the scores and moves with them when agents are renumbered", () => {
  const seeds = fc.array(fc.integer(), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(tables(probabilities), seeds, (scoresTA, someSeeds) => {
    const order = orderOf(someSeeds, scoresTA[0]!.length);
    const low = Math.min(...scoresTA.flat());
    const high = Math.max(...scoresTA.flat());
    for (const rule of ALL_RULES) {
      const { valuesTA } = scoreRule(scoresTA, rule);
      for (const value of valuesTA.flat()) {
        assertEquals(value >= low - 1e-12 && value <= high + 1e-12, true);
      }
      assertTable(scoreRule(renumber(scoresTA, order), rule).valuesTA, renumber(valuesTA, order));
    }
  }));
});

Deno.test("scoreRule() of a stopped discussion equals that of its held turns alone", () => {
  fc.assert(fc.property(tables(probabilities), fc.integer({ min: 1, max: 3 }), (scoresTA, more) => {
    const numAgents = scoresTA[0]!.length;
    const held = scoresTA.length;
    const padded = [
      ...scoresTA,
      ...Array.from({ length: more }, () => scoresTA[0]!.map(() => NaN)),
    ];
    const presentTA = presentTurns(held, { numTurns: held + more, numAgents });
    for (const rule of ALL_RULES) {
      const whole = scoreRule(padded, { ...rule, presentTA });
      assertEquals(whole.valuesTA.slice(0, held), scoreRule(scoresTA, rule).valuesTA);
      assertEquals(whole.presentTA, presentTA);
    }
  }));
});

Deno.test("scoreRule() refuses empty, ragged and non-finite tables and discounts outside [0, 1]", () => {
  const rule = { horizon: "current", share: "all", turnDiscount: 0.3 } as const;
  assertThrows(() => scoreRule([], rule), RangeError, "shape is [0, 0]");
  assertThrows(() => scoreRule([[]], rule), RangeError, "shape is [1, 0]");
  assertThrows(() => scoreRule([[1, 2], [1]], rule), RangeError, "turn 1 has 1");
  assertThrows(() => scoreRule([[1, 2], [1, NaN]], rule), RangeError, "turn 1, agent 1 has NaN");
  assertThrows(() => scoreRule([[Infinity]], rule), RangeError, "has Infinity");
  for (const turnDiscount of [-0.1, 1.1, NaN]) {
    assertThrows(
      () => scoreRule([[1]], { ...rule, turnDiscount }),
      RangeError,
      "turnDiscount must",
    );
  }
  assertThrows(() => scoreRule([[1]], { ...rule, presentTA: [[1, 1]] }), RangeError, "[1, 2]");
  assertThrows(() => scoreRule([[1]], { ...rule, presentTA: [[2]] }), RangeError, "[0][0] is 2");
});

Deno.test("rewardDesign() names the cells of the paper and refuses other names", () => {
  assertEquals(REWARD_DESIGNS.map((name) => rewardDesign(name, 0.3)), [
    { horizon: "current", share: "individual", turnDiscount: 0.3 },
    { horizon: "discounted_sum", share: "individual", turnDiscount: 0.3 },
    { horizon: "discounted_sum", share: "all", turnDiscount: 0.3 },
    { horizon: "last", share: "individual", turnDiscount: 0.3 },
  ]);
  assertThrows(() => rewardDesign("greedy" as RewardDesign, 1), RangeError, '"greedy"');
});

Deno.test("noVerifierRule() pays the last answer in paper mode, every turn in official mode", () => {
  // Correctness of one agent over three turns: right, wrong, right.
  const correctTA = [[1], [0], [1]];
  assertTable(scoreRule(correctTA, noVerifierRule({ compat: "paper" })).valuesTA, [[1], [1], [1]]);
  // official, γ = 0.5: turn 0 (1 + 0 + .25)/1.75, turn 1 (0 + .5)/1.5, turn 2 1
  const official = noVerifierRule({ compat: "official", turnDiscount: 0.5 });
  assertTable(scoreRule(correctTA, official).valuesTA, [[1.25 / 1.75], [1 / 3], [1]]);
});
