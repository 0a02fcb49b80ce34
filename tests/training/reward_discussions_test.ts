import { assertAlmostEquals, assertEquals } from "@std/assert";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import {
  type Discussion,
  type DiscussionFormat,
  OracleScorer,
  runDiscussions,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";
import type { Task } from "../../lib/tasks/mod.ts";
import {
  rewardDiscussions,
  type RewardedDiscussion,
  rewardSchema,
} from "../../lib/training/mod.ts";

const task = makeArithmetic({ seed: 0, difficulty: 1 });

/** A user's format that quotes responses as they are. */
const plainFormat: DiscussionFormat = {
  ...smallWorldText.format,
  historyText: (response) => response,
  solutionOf: (response) => response,
};
const text = smallWorldText;

/** A discussion of two agents that say what a table [T][A] says; `G` is the gold answer. */
async function discuss(
  textsTA: string[][],
  numTurns: number = textsTA.length,
): Promise<Discussion> {
  const question = task.questions("train").at(0);
  const [discussion] = await runDiscussions({
    task,
    questions: [question],
    seats: textsTA[0]!.map((_, agent) => ({
      agent: new ScriptedAgent(
        ({ turn }) => textsTA[turn]![agent]!.replace("G", question.gold),
        { text },
      ),
      scorer: new OracleScorer(task),
    })),
    numTurns,
    format: text.format,
    showScores: true,
    random: Random.fromSeed(1),
  });
  return discussion!;
}

function pay(discussion: Discussion, settings: object, numTurns = 2): RewardedDiscussion {
  const [rewarded] = rewardDiscussions([discussion], {
    reward: resolveCompat(resolveConfig(rewardSchema, [settings], [])),
    numTurns,
    tokenizerOf: () => text.tokenizer,
    trainsFirstTurn: true,
  });
  return rewarded!;
}

const [RIGHT, WRONG] = ["01 + 01 = 02 . \\boxed{G}", "01 + 01 = 02 . \\boxed{99}"];

Deno.test("rewardDiscussions() pays by horizon and share", async () => {
  const discussion = await discuss([[RIGHT, WRONG], [RIGHT, RIGHT]]); // scores 1 0, then 1 1
  const totals = (settings: object) => pay(discussion, settings).parts.totalTA;
  assertEquals(totals({ horizon: "current", share: "individual" }), [[1, 0], [1, 1]]);
  assertEquals(totals({ horizon: "last", share: "individual" }), [[1, 1], [1, 1]]);
  // Influence-aware: own score now, everybody's mean later: (1 + ½ · 1) / 1.5 and (0 + ½ · 1) / 1.5.
  const shared = totals({ horizon: "discounted_sum", share: "all", turnDiscount: 0.5 });
  assertEquals([shared[0]![0], shared[1]], [1, [1, 1]]);
  assertAlmostEquals(shared[0]![1]!, 1 / 3, 1e-12);
});

Deno.test("rewardDiscussions() pays ground truth or the scorer's word", async () => {
  const discussion = await discuss([[RIGHT, WRONG]]);
  const doubted = {
    ...discussion,
    answersTA: discussion.answersTA.map((row) => row.map((answer) => ({ ...answer, score: 0.25 }))),
  };
  const totals = (source: string) =>
    pay(doubted, { horizon: "current", share: "individual", source }, 1).parts.totalTA;
  assertEquals(totals("verifier"), [[0.25, 0.25]]);
  assertEquals(totals("label"), [[1, 0]]);
});

Deno.test("rewardDiscussions() applies each penalty by its own switch, to the offender alone", async () => {
  const off = {
    penalizeMissingEos: false,
    penalizeMissingBox: false,
    penalizeRepetition: false,
    penalizeTextAfterBox: false,
    horizon: "current",
    share: "individual",
    penaltyValue: -5,
  };
  const cases: [string, string, object, string][] = [
    ["penalizeMissingBox", "01 + 01 = 02 .", {}, "missing_box"],
    ["penalizeRepetition", "pens . pens . pens . pens . \\boxed{G}", {}, "repetition"],
    ["penalizeTextAfterBox", "01 + 01 = 02 . \\boxed{G} pens", {}, "text_after_box"],
    ["penalizeEmptyReasoning", "\\boxed{G}", {}, "empty_reasoning"],
    ["penalizeEmptyReasoning", "best : agent1 . \\boxed{G}", {}, "empty_reasoning"],
    ["minTokens", "\\boxed{G}", { minTokens: 6 }, "too_short"], // box, two digits, brace, end
  ];
  for (const [name, offence, settings, kind] of cases) {
    const discussion = await discuss([[offence, RIGHT]]);
    const none = pay(discussion, off, 1);
    assertEquals(none.penaltiesTA, [[[], []]], name);
    const on = name === "minTokens" ? settings : { [name]: true };
    const { penaltiesTA, parts } = pay(discussion, { ...off, ...on }, 1);
    assertEquals(penaltiesTA, [[[kind], []]] as typeof penaltiesTA, name);
    assertEquals(parts.totalTA, [[-5, 1]], name);
  }
  const discussion = await discuss([[RIGHT, RIGHT]]);
  const answersTA = discussion.answersTA.map(([cut, whole]) => [
    { ...cut!, finished: false },
    whole!,
  ]);
  const { penaltiesTA } = pay(
    { ...discussion, answersTA },
    { ...off, penalizeMissingEos: true },
    1,
  );
  assertEquals(penaltiesTA, [[["missing_eos"], []]]);
});

Deno.test("rewardDiscussions() does not punish a right answer in a task's own form", async () => {
  const question = { id: "q", text: "3 + 4 ?", gold: "7" };
  const hashed: Task = {
    name: "sums",
    summary: "sums whose answers stand behind ####",
    version: "1",
    questions: () => ({ size: 1, at: () => question }),
    extract(answer) {
      const stated = /#### (\d+)/.exec(answer)?.[1] ?? null;
      return { answer: stated, boxed: stated !== null };
    },
    isCorrect: (answer, gold) => answer === gold,
  };
  /** The words of this task are no words of the small world. */
  const encode = (written: string) => Int32Array.from(written.split(" "), (_, i) => 20 + i);
  const anyWords = { ...text, tokenizer: { ...text.tokenizer, encode } };
  const write = ({ agent }: { agent: number }) => agent === 0 ? "3 + 4 = 7 #### 7" : "it is 7";
  const [discussion] = await runDiscussions({
    task: hashed,
    questions: [question],
    seats: [0, 1].map(() => ({
      agent: new ScriptedAgent(write, { text: anyWords }),
      scorer: new OracleScorer(hashed),
    })),
    numTurns: 1,
    format: plainFormat,
    showScores: true,
    random: Random.fromSeed(1),
  });
  const on = { penalizeTextAfterBox: true, penalizeEmptyReasoning: true };
  const { penaltiesTA, parts } = pay(discussion!, { ...on, penaltyValue: -5 }, 1);
  assertEquals(penaltiesTA, [[[], ["missing_box"]]]);
  assertEquals(parts.totalTA[0]![0]! > 0, true);
});

Deno.test("rewardDiscussions() pays incentives, and parts that add up", async () => {
  // Agent 1 is right at turn 0 (with agent 2), agent 0 follows at turn 1.
  const discussion = await discuss([[WRONG, RIGHT, RIGHT], [RIGHT, RIGHT, RIGHT]]);
  const { parts } = pay(discussion, {
    horizon: "current",
    share: "individual",
    followOthers: 2,
    othersJoinedMe: 3,
  });
  assertEquals(parts.ownRevisionTA[0], [0, 0, 0]); // nobody has revised anything at turn 0
  assertEquals(parts.ownRevisionTA[1]![0]! > 0, true);
  for (const [turn, row] of parts.totalTA.entries()) {
    for (const [agent, total] of row.entries()) {
      const sum = [parts.scoreTA, parts.penaltyTA, parts.ownRevisionTA, parts.influenceTA]
        .reduce((acc, table) => acc + table[turn]![agent]!, 0);
      assertAlmostEquals(total, sum, 1e-12);
    }
  }
  const plain = pay(discussion, { horizon: "current", share: "individual" }).parts;
  assertEquals([plain.ownRevisionTA, plain.influenceTA].flat(2).every((x) => x === 0), true);
});

Deno.test("rewardDiscussions() marks the turns that were not held", async () => {
  const discussion = await discuss([[RIGHT, WRONG], [RIGHT, RIGHT]]);
  const early = { ...discussion, answersTA: discussion.answersTA.slice(0, 1), lastTurn: 0 };
  const { parts } = pay(early, {}, 3);
  assertEquals(parts.presentTA.map((row) => [...row]), [[1, 1], [0, 0], [0, 0]]);
});

Deno.test("rewardDiscussions() reads each agent's tokens by its own tokenizer", async () => {
  const discussion = await discuss([[RIGHT, RIGHT]]);
  // Four times the same token before the end: a digit of the first agent, which may repeat, and a word of
  // the second.
  const tokens = Int32Array.from({ length: 5 }, () => 5);
  const repeated = {
    ...discussion,
    answersTA: discussion.answersTA.map((row) => row.map((answer) => ({ ...answer, tokens }))),
  };
  const [rewarded] = rewardDiscussions([repeated], {
    reward: resolveCompat(resolveConfig(rewardSchema, [{ penalizeMissingEos: false }], [])),
    numTurns: 1,
    tokenizerOf: (agent) => ({ ...text.tokenizer, decode: () => agent === 0 ? "1" : "pens" }),
    trainsFirstTurn: true,
  });
  assertEquals(rewarded!.penaltiesTA, [[[], ["repetition"]]]);
});
