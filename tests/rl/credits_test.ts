import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  counterfactualCredit,
  type Credit,
  CREDIT_NAMES,
  type CreditRow,
  gae,
  gaeCredit,
  grpoCredit,
  hasCritic,
  klLossCoefOf,
  makeCredit,
  type OtherAnswer,
  reinforcePlusPlusCredit,
  rlooCredit,
} from "../../lib/rl/mod.ts";
import { creditSchema } from "../../lib/training/credit_schema.ts";

/** An answer of one question with a divergence per token. */
function row(
  place: { sample?: number; agent?: number; turn?: number; question?: string },
  reward: number,
  kl: number[] = [0],
): CreditRow {
  return {
    ...{ question: "q", sample: 0, agent: 0, turn: 0, ...place },
    reward,
    kl: Float64Array.from(kl),
  };
}

/** Advantages of all tokens of all rows. */
const advantages = (credit: Credit, rows: CreditRow[], others: OtherAnswer[] = []) =>
  credit.assign(rows, others).map((assigned) => [...assigned.advantages]);

function assertClose(actual: number[][], expected: number[][], tolerance = 1e-6): void {
  assertEquals(actual.map(({ length }) => length), expected.map(({ length }) => length));
  for (const [i, values] of expected.entries()) {
    for (const [t, value] of values.entries()) {
      assertAlmostEquals(actual[i]![t]!, value, tolerance, `row ${i}, token ${t}`);
    }
  }
}

Deno.test("gaeCredit() without a critic and whitening pays what is still to come", () => {
  const credit = gaeCredit({
    klCoef: 0.5,
    gaeLambda: 1,
    whitenAdvantages: false,
    hasCritic: false,
  });
  // Token rewards −0.5 · 1 and −0.5 · 2 + 3 = 2: the first token gets 1.5, the second 2.
  assertClose(advantages(credit, [row({}, 3, [1, 2])]), [[1.5, 2]]);
  assertEquals([credit.needsValues, credit.monteCarloReturns], [false, undefined]);
  assertEquals(credit.assign([row({}, 3)])[0]!.returns, undefined);
});

Deno.test("gaeCredit() with a critic is gae() of the token rewards, and returns are targets", () => {
  const credit = gaeCredit({
    klCoef: 0.5,
    gaeLambda: 0.5,
    whitenAdvantages: false,
    hasCritic: true,
  });
  const values = Float32Array.of(1, -1);
  const [assigned] = credit.assign([{ ...row({}, 3, [1, 2]), values }]);
  const expected = gae([-0.5, 2], values, { gaeLambda: 0.5 });
  assertClose([[...assigned!.advantages]], [[...expected.advantages]]);
  assertClose([[...assigned!.returns!]], [[...expected.returns]]);
  // Whatever the values: −0.5 + 2, 2.
  assertClose([[...credit.monteCarloReturns!([row({}, 3, [1, 2])])[0]!]], [[1.5, 2]]);
});

Deno.test("rlooCredit() takes away the mean of the other samples of the same agent and turn", () => {
  const rows = [
    row({ sample: 0 }, 1),
    row({ sample: 1 }, 4, [0, 0]),
    row({ sample: 2 }, 7),
    row({ sample: 0, agent: 1 }, 100),
    row({ sample: 1, agent: 1 }, 101),
    row({ sample: 0, turn: 1 }, 5),
    row({ question: "r", sample: 1 }, 50),
  ];
  // 1 − (4 + 7)/2, 4 − (1 + 7)/2, 7 − (1 + 4)/2; 100 − 101; alone at its turn and question: 0
  assertClose(advantages(rlooCredit({ klCoef: 0 }), rows), [
    [-4.5],
    [0, 0],
    [4.5],
    [-1],
    [1],
    [0],
    [0],
  ]);
  // The divergence of the whole answer is part of what it earns: 1 − 0.5 · 4 = −1 against 4.
  const priced = [row({ sample: 0 }, 1, [1, 3]), row({ sample: 1 }, 4)];
  assertClose(advantages(rlooCredit({ klCoef: 0.5 }), priced), [[-5, -5], [5]]);
});

Deno.test("grpoCredit() compares within its group and divides by the deviation", () => {
  const rows = [
    row({ sample: 0, agent: 0 }, 1),
    row({ sample: 1, agent: 0 }, 3),
    row({ sample: 0, agent: 1 }, 6),
    row({ sample: 1, agent: 1, turn: 1 }, 10),
  ];
  const by = (groupBy: "question" | "agent" | "turn" | "agent_turn", divideByDeviation = false) =>
    advantages(grpoCredit({ groupBy, divideByDeviation, klCoef: 0 }), rows).flat();
  assertEquals(by("question"), [-4, -2, 1, 5]); // mean 5
  assertEquals(by("agent"), [-1, 1, -2, 2]); // means 2 and 8
  assertClose([by("turn")], [[-7 / 3, -1 / 3, 8 / 3, 0]]); // mean 10/3; alone at turn 1
  assertEquals(by("agent_turn"), [-1, 1, 0, 0]);
  // Variance (16 + 4 + 1 + 25)/3 = 46/3
  const scale = Math.sqrt(46 / 3) + 1e-4;
  assertClose([by("question", true)], [[-4, -2, 1, 5].map((value) => value / scale)]);
  assertEquals(by("agent_turn", true).slice(2), [0, 0]); // and not 0 / 0
});

Deno.test("reinforcePlusPlusCredit() normalises what tokens are still to earn over the batch", () => {
  // Still to come: 3 − 0.5 · 3 = 1.5 and 3 − 0.5 · 2 = 2; 1. Mean 1.5, variance 0.25.
  const rows = [row({}, 3, [1, 2]), row({ question: "r" }, 1)];
  assertClose(advantages(reinforcePlusPlusCredit({ klCoef: 0.5 }), rows), [[0, 1], [-1]]);
});

/** Two samples of two agents and two turns; the second agent is not trained. */
const [TRAINED, OTHERS] = [
  [row({ sample: 0 }, 1), row({ sample: 1 }, 5), row({ sample: 0, turn: 1 }, 2)],
  [
    row({ sample: 0, agent: 1 }, 3),
    row({ sample: 1, agent: 1 }, 4),
    row({ sample: 0, agent: 1, turn: 1 }, 6),
    row({ sample: 1, agent: 1, turn: 1 }, 8),
  ],
];

Deno.test("counterfactualCredit() replaces the own answer by the own other samples, by hand", () => {
  // max: turn 0 of sample 0 earns max(1, 3) = 3, with the own other answer max(5, 3) = 5: −2.
  // Turn 1 earns max(2, 6) = 6 and 8 in sample 1, where agent 0 is silent: 6 − 8 = −2.
  // Sample 1: max(5, 4) − max(1, 4) = 1, and 8 − 6 = 2. At turn 1 agent 0 has no other sample: 0.
  const max = counterfactualCredit({ groupReward: "max", klCoef: 0 });
  assertClose(advantages(max, TRAINED, OTHERS), [[-4], [3], [0]]);
  // mean: (1 + 3)/2 − (5 + 3)/2 = −2 and (2 + 6)/2 − 8 = −4; (5 + 4)/2 − (1 + 4)/2 = 2 and 4
  const mean = counterfactualCredit({ groupReward: "mean", klCoef: 0 });
  assertClose(advantages(mean, TRAINED, OTHERS), [[-6], [6], [0]]);
  // min: 1 − 3 = −2 and 2 − 8; 4 − 1 = 3 and 8 − 2
  const min = counterfactualCredit({ groupReward: "min", klCoef: 0 });
  assertClose(advantages(min, TRAINED, OTHERS), [[-8], [9], [0]]);
  // Divergence: 2 nats against 0 of the other sample, at 0.5 a nat.
  const [diverging] = [{ ...TRAINED[0]!, kl: Float64Array.of(0.5, 1.5) }];
  const priced = counterfactualCredit({ groupReward: "max", klCoef: 0.5 });
  assertClose(advantages(priced, [diverging, ...TRAINED.slice(1)], OTHERS), [[-5, -5], [4], [0]]);
});

Deno.test("makeCredit() makes each credit, and places its divergence as its source does", () => {
  const choice = creditSchema.parse({});
  const coefficients = {
    ...{ klCoef: 1, gamma: 1, gaeLambda: 1, vfCoef: 0.1, maxNewTokens: 9 },
    ...{ whitenRewards: false, whitenAdvantages: false, compat: "paper" as const },
  };
  // The better answer is of the second sample and of the second turn, whichever a credit compares.
  const rows = [0, 1].flatMap((sample) =>
    [0, 1].map((turn) => row({ sample, turn }, sample + turn, [2 * (sample + turn)]))
  );
  const price = (name: typeof CREDIT_NAMES[number], klPlacement: "reward" | "loss" | null) => {
    const credit = makeCredit({ ...choice, name, klPlacement }, coefficients);
    assertEquals(credit.name, name);
    const values = new Float32Array(1);
    const assigned = credit.assign(rows.map((one) => ({ ...one, values })));
    return Math.sign(assigned.at(-1)!.advantages[0]! - assigned[0]!.advantages[0]!);
  };
  for (const name of CREDIT_NAMES) {
    // The last answer earns 2 more than the first and diverges by 4: worse if that is paid in the reward.
    assertEquals([price(name, "reward"), price(name, "loss")], [-1, 1], name);
    assertEquals(price(name, null), name === "grpo" ? 1 : -1, name);
    assertEquals(klLossCoefOf({ name, klPlacement: null }, 3), name === "grpo" ? 3 : 0);
    assertEquals([hasCritic({ name }, 0.1), hasCritic({ name }, 0)], [name === "gae", false]);
  }
});
