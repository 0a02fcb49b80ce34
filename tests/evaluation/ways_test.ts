import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  compareWays,
  type WayOfAnswering,
  wayOfOneAnswer,
  waysOfChoosing,
  waysOfDiscussing,
} from "../../lib/evaluation/mod.ts";
import { costed } from "./costed.ts";

const random = Random.fromSeed(5);
const creditsOf = (ways: readonly WayOfAnswering[]) =>
  Object.fromEntries(ways.map(({ way, credits }) => [way, [...credits.values()]]));

/** Answers with scores, `[turn][agent]`. */
function discussion(question: string, turns: readonly (readonly [string, number][])[]) {
  return turns.flatMap((answers, turn) =>
    answers.map(([answer, score], agent) => costed({ question, turn, agent, answer, score }))
  );
}

/** Right once of three in the last turn, where the best verdict is on a wrong one; best of all is right. */
const q0 = discussion("q0", [
  [["1", 0.95], ["2", 0.1], ["3", 0.1]],
  [["1", 0.3], ["2", 0.9], ["3", 0.2]],
]);
/** Right twice of three, and best. */
const q1 = discussion("q1", [
  [["2", 0.4], ["2", 0.1], ["3", 0.1]],
  [["1", 0.8], ["1", 0.7], ["3", 0.2]],
]);
const names = { model: "m", kind: "trained", what: "discussion" } as const;

Deno.test("waysOfDiscussing() takes mean, vote and best of the last turn, and the best of all", () => {
  const ways = waysOfDiscussing([...q0, ...q1], { ...names, readsOthers: true });
  assertEquals(creditsOf(ways), {
    "discussion, last turn: mean of the agents": [1 / 3, 2 / 3],
    "discussion, last turn: vote": [1 / 3, 1], // three candidates with one vote each
    "discussion, last turn: best by the verifier": [0, 1],
    "discussion, all turns: best by the verifier": [1, 1],
    "discussion, all turns: best by an oracle (ceiling)": [1, 1],
  });
  assertEquals(ways.map(({ kind }) => kind), [...Array(4).fill("trained"), "ceiling"]);
  // Six answers of 4 + 2 tokens.
  for (const { numAnswers, cost } of ways) assertEquals([numAnswers, cost.tokens], [6, 36]);
});

Deno.test("waysOfDiscussing() of agents that read nobody: their mean costs what one of them does", () => {
  const [mean, vote] = waysOfDiscussing([...q0, ...q1], { ...names, readsOthers: false });
  // 10 + 2 and 4 + 2 tokens.
  assertEquals([mean!.numAnswers, mean!.cost.tokens], [2, 18]);
  assertEquals([vote!.numAnswers, vote!.cost.tokens], [6, 36]);
});

Deno.test("waysOfDiscussing() of one agent has no vote, and of one turn no last", () => {
  const alone = [...q0, ...q1].filter(({ agent }) => agent === 0);
  assertEquals(creditsOf(waysOfDiscussing(alone, { ...names, readsOthers: true })), {
    "discussion, last turn: mean of the agents": [1, 1],
  });
  const first = [...q0, ...q1].filter(({ turn }) => turn === 0);
  assertEquals(
    waysOfDiscussing(first, { ...names, readsOthers: true }).map(({ way }) => way),
    ["discussion: mean of the agents", "discussion: vote", "discussion: best by the verifier"],
  );
});

Deno.test("waysOfDiscussing() counts discussions that stopped early as it is told", () => {
  const stopped = [...q0.filter(({ turn }) => turn === 0), ...q1];
  const last = (finished: "carry" | "leave_out") =>
    creditsOf(waysOfDiscussing(stopped, { ...names, readsOthers: true, finished }));
  const best = "discussion, last turn: best by the verifier";
  assertEquals([last("carry")[best], last("leave_out")[best]], [[1, 1], [null, 1]]);
  assertEquals(last("carry")["discussion, last turn: vote"]![0], 1 / 3);
  assertEquals(last("leave_out")["discussion, last turn: vote"]![0], null);
});

/** Two seats, two samples: of q0 three of four are right, of q1 one, with the second best verdict. */
const sampled = [
  ["q0", ["1", 0.9], ["1", 0.8], ["2", 0.7], ["1", 0.1]],
  ["q1", ["2", 0.9], ["1", 0.8], ["2", 0.7], ["3", 0.1]],
].flatMap(([question, ...answers]) =>
  (answers as [string, number][]).map(([answer, score], i) =>
    costed({
      question: question as string,
      turn: 0,
      sample: Math.floor(i / 2),
      agent: i % 2,
      answer,
      score,
    })
  )
);
const cost = { shared: { tokens: 8, flops: 80 }, each: { tokens: 2, flops: 20 } };

Deno.test("waysOfChoosing() takes each rule at as many answers and at as many tokens", () => {
  const ways = waysOfChoosing(sampled, {
    model: "m",
    numbers: { atEqualAnswers: 4, atEqualTokens: 2 },
    cost,
    random,
  });
  const credits = creditsOf(ways);
  const near = (way: string, expected: number[]) =>
    credits[way]!.forEach((credit, q) => assertAlmostEquals(credit!, expected[q]!, 1e-12, way));
  assertEquals(ways.length, 8);
  near("vote of 4", [1, 0]);
  // Of 6 pairs, q0: 3 with two right and 3 that tie; q1: 3 with the right one, each a tie.
  near("vote at equal tokens", [(3 + 1.5) / 6, 1.5 / 6]);
  near("vote of 4, weighted by the verifier", [1, 0]); // 1.8 against 0.7; 0.8 against 1.6
  // q0: pairs of two right ones, and 0.9 and 0.8 against 0.7; q1: 0.8 against 0.7 and 0.1.
  near("vote at equal tokens, weighted by the verifier", [5 / 6, 2 / 6]);
  near("best of 4, by the verifier", [1, 0]);
  near("best at equal tokens, by the verifier", [5 / 6, 2 / 6]);
  near("best of 4, by an oracle (ceiling)", [1, 1]);
  near("best at equal tokens, by an oracle (ceiling)", [1, 3 / 6]);
  assertEquals(ways.map(({ kind }) => kind === "ceiling").filter(Boolean).length, 2);
  assertEquals([ways[0]!.numAnswers, ways[0]!.cost], [4, { tokens: 16, flops: 160 }]);
  assertEquals([ways[1]!.numAnswers, ways[1]!.cost], [2, { tokens: 12, flops: 120 }]);
});

Deno.test("waysOfChoosing() says where fewer answers were sampled than the tokens would pay for", () => {
  const [, vote] = waysOfChoosing(sampled, {
    model: "m",
    numbers: { atEqualAnswers: 2, atEqualTokens: 9 },
    cost,
    random,
  });
  assertEquals([vote!.way, vote!.numAnswers], ["vote of all sampled, at fewer tokens", 4]);
});

Deno.test("wayOfOneAnswer() is the mean over all that were sampled", () => {
  const way = wayOfOneAnswer(sampled, { model: "m", way: "one answer" });
  assertEquals([...way.credits.values()], [0.75, 0.25]);
  assertEquals([way.numAnswers, way.cost.tokens, way.kind], [1, 12, "baseline"]);
});

/** A way over some questions. */
function way(name: string, kind: WayOfAnswering["kind"], credits: readonly number[], tokens = 10) {
  return {
    model: "m",
    way: name,
    kind,
    credits: new Map(credits.map((credit, q) => [`q${q}`, credit])),
    numAnswers: 1,
    cost: { tokens, flops: 1 },
  };
}

Deno.test("compareWays() finds the best baseline, and pairs trained ways with it alone", () => {
  const { ways, best } = compareWays([[
    way("low", "baseline", [0, 0, 1, 0]),
    way("high", "baseline", [1, 0, 1, 0]),
    way("oracle", "ceiling", [1, 1, 1, 1]),
    way("trained", "trained", [1, 1, 1, 0]),
  ]], { random });
  assertEquals(best!.way, "high");
  assertEquals(ways.map(({ accuracy }) => accuracy!.estimate), [0.25, 0.5, 1, 0.75]);
  assertEquals(ways.map(({ difference }) => difference?.estimate), [
    undefined,
    undefined,
    undefined,
    0.25,
  ]);
});

Deno.test("compareWays() pools the questions of several runs and leaves out what one of them lacks", () => {
  const { ways } = compareWays([
    [way("a", "baseline", [1, 0], 10), way("b", "baseline", [1, 1])],
    [way("a", "baseline", [1, 1, 1, 1], 40)],
  ], { random });
  assertEquals(ways.map(({ way }) => way), ["a"]);
  assertEquals(ways[0]!.creditsQ, [1, 0, 1, 1, 1, 1]);
  assertEquals(ways[0]!.cost.tokens, (2 * 10 + 4 * 40) / 6);
  assertEquals(compareWays([[], []], { random }), { ways: [], best: undefined });
});

Deno.test("compareWays() tells of trained ways what new training runs would give", () => {
  const numQuestions = 40;
  const runOf = (trained: number, base: number) => {
    const credits = (right: number) =>
      Array.from({ length: numQuestions }, (_, q) => q < right ? 1 : 0);
    return [way("base", "baseline", credits(base)), way("new", "trained", credits(trained))];
  };
  const { ways } = compareWays([runOf(36, 16), runOf(34, 12), runOf(38, 20)], { random });
  assertEquals(ways[0]!.overSeeds, { accuracy: null, difference: null });
  const { accuracy, difference } = ways[1]!.overSeeds;
  // Means 0.9, 0.85, 0.95: deviation 0.05, times 4.302653 / √3 is 0.124207.
  assertAlmostEquals(accuracy!.estimate, 0.9, 1e-12);
  assertAlmostEquals(accuracy!.low, 0.775793, 1e-5);
  assertEquals(accuracy!.high, 1);
  // Differences 0.5, 0.55, 0.45: the same reach.
  assertAlmostEquals(difference!.low, 0.375793, 1e-5);
  assertAlmostEquals(difference!.high, 0.624207, 1e-5);
  const [, alone] = compareWays([runOf(36, 16)], { random }).ways;
  assertEquals(alone!.overSeeds, { accuracy: null, difference: null });
});

Deno.test("compareWays() pairs by question, and refuses ways that answered others", () => {
  const one = way("one", "baseline", [1, 0]);
  const other = { ...way("other", "trained", []), credits: new Map([["q1", 1], ["q0", 0]]) };
  assertEquals(compareWays([[one, other]], { random }).ways[1]!.creditsQ, [0, 1]);
  for (const credits of [new Map([["q0", 1]]), new Map([["q0", 1], ["q2", 1]])]) {
    assertThrows(
      () => compareWays([[one, { ...other, credits }]], { random }),
      RangeError,
      "must have answered the same questions",
    );
  }
});
