import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { turnGroup, type TurnGrouping } from "../../lib/rl/mod.ts";
import { policyRows } from "../../lib/training/mod.ts";
import { changedSince, snapshot } from "../rl/ppo_toys.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { assertNoLeak } from "../support/tensors.ts";
import {
  algorithmOf,
  decoder,
  discuss,
  NUM_AGENTS,
  NUM_TURNS,
  policiesOf,
  questions,
  update,
} from "./updates.ts";

const MODES: { turnGroups: TurnGrouping; trainGroups: string[] }[] = [
  { turnGroups: "all", trainGroups: ["all"] },
  { turnGroups: "first_vs_rest", trainGroups: ["rest"] },
  { turnGroups: "first_vs_rest", trainGroups: ["first", "rest"] },
  { turnGroups: "per_turn", trainGroups: ["turn_0", "turn_2"] },
];

for (const mode of MODES) {
  for (const shareAgents of [true, false]) {
    for (const frozenAgents of [[], [1]]) {
      const settings = { ...mode, shareAgents };
      Deno.test(
        `updatePolicies() changes what is trained and nothing else: ${
          JSON.stringify({ ...settings, frozenAgents })
        }`,
        async () => {
          const algorithm = algorithmOf(settings);
          const policies = policiesOf(algorithm, frozenAgents);
          const discussions = await discuss(policies);
          const [before, base] = [
            await snapshot(policies.variables()),
            await snapshot(decoder.weights),
          ];
          const groups = await update(policies, discussions, algorithm);

          assertEquals(new Set(groups.keys()), new Set(policies.groups.keys()));
          assertEquals(
            new Set(await changedSince(before, policies.variables())),
            new Set(policies.variables().keys()),
            "policy, value adapter and value head of every group",
          );
          assertEquals(await changedSince(base, decoder.weights), []);
          for (const [key, { rows, stats }] of groups) {
            assert(stats.firstRatioError < 1e-4, `${key}: ${stats.firstRatioError}`);
            for (const { agent, turn } of rows) {
              const owner = shareAgents ? "shared" : `agent_${agent}`;
              assertEquals(`${owner}/${turnGroup(turn, mode.turnGroups)}`, key);
              assert(!frozenAgents.includes(agent as never));
            }
          }
          policies.dispose();
        },
      );
    }
  }
}

Deno.test("updatePolicies() changes only the groups that have answers in the chosen turns", async () => {
  const algorithm = algorithmOf({
    turnGroups: "per_turn",
    trainGroups: ["turn_0", "turn_1", "turn_2"],
  });
  const policies = policiesOf(algorithm);
  const discussions = await discuss(policies);
  const before = await snapshot(policies.variables());
  const groups = await update(policies, discussions, algorithm, { turns: [1] });
  assertEquals([...groups.keys()], ["shared/turn_1"]);
  const changed = await changedSince(before, policies.variables());
  assert(changed.length > 0 && changed.every((name) => name.startsWith("shared/turn_1/")));
  policies.dispose();
});

Deno.test("updatePolicies() leaves all policies alone when every answer earns the same", async () => {
  const algorithm = algorithmOf({ turnGroups: "all", trainGroups: ["all"], klCoef: 0 });
  const policies = policiesOf(algorithm);
  const discussions = await discuss(policies, { equal: true });
  const before = await snapshot(policies.variables());
  const groups = await update(policies, discussions, algorithm);
  assertEquals(groups.get("shared/all")!.stats.reward, 1);
  const changed = await changedSince(before, policies.variables());
  assertEquals(changed.filter((name) => name.includes("/policy.")), []);
  assert(changed.length > 0, "the value function has learned the reward");
  policies.dispose();
});

Deno.test("policyRows() trains on what was fed and sampled, with the reward of the answer", async () => {
  const policies = policiesOf(algorithmOf({ shareAgents: false }), [2]);
  const discussions = await discuss(policies);
  const options = { turns: [1, 2], valueInput: "full" as const };
  const rows = policyRows(discussions, policies, options);
  assertEquals([...rows.keys()], ["agent_0/rest", "agent_1/rest"]);
  const numPaid = questions.length * NUM_AGENTS * NUM_TURNS;
  for (const [key, { rows: members, others }] of rows) {
    assertEquals(members.length, questions.length * 2);
    assertEquals(others.length, numPaid - members.length);
    for (const row of members) {
      assertEquals(key, `agent_${row.agent}/rest`);
      const { discussion, parts, penaltiesTA } = discussions
        .find((held) => held.discussion.question.id === row.question)!;
      const answer = discussion.answersTA[row.turn]![row.agent]!;
      assertEquals([row.promptTokens, row.tokens], [answer.promptTokens, answer.tokens]);
      assertEquals(row.valuePromptTokens, answer.promptTokens);
      assertEquals([row.answer, row.penalties], [answer, penaltiesTA[row.turn]![row.agent]!]);
      assertEquals(row.reward, parts.totalTA[row.turn]![row.agent]);
    }
  }
  // The paper's value function reads the question in place of the discussion (Remark 4).
  const short = policyRows(discussions, policies, { ...options, valueInput: "question" });
  for (const row of short.get("agent_0/rest")!.rows) {
    const held = discussions.find(({ discussion }) => discussion.question.id === row.question)!;
    const first = held.discussion.answersTA[0]![0]!;
    assertEquals(row.valuePromptTokens, first.promptTokens);
    assert(row.promptTokens.length > row.valuePromptTokens.length);
  }
  policies.dispose();
});

Deno.test("policyRows() leaves out answers without tokens and turns that were not held", async () => {
  const policies = policiesOf(algorithmOf({ turnGroups: "all", trainGroups: ["all"] }));
  const [first, second] = await discuss(policies);
  const { discussion } = first!;
  const emptied = discussion.answersTA.map((answers) =>
    answers.map((answer) =>
      answer.agent === 0 && answer.turn === 1 ? { ...answer, tokens: new Int32Array() } : answer
    )
  );
  const empty = { ...first!, discussion: { ...discussion, answersTA: emptied } };
  const early = {
    ...second!,
    discussion: { ...second!.discussion, answersTA: second!.discussion.answersTA.slice(0, 1) },
  };
  const options = { turns: [0, 1, 2], valueInput: "question" as const };
  const { rows } = policyRows([empty, early], policies, options).get("shared/all")!;
  const places = rows.map(({ question, turn, agent }) => `${question}/${turn}/${agent}`);
  assertEquals(places.length, 9 - 1 + 3);
  const [emptyId, earlyId] = [discussion.question.id, early.discussion.question.id];
  assert(!places.includes(`${emptyId}/1/0`));
  for (const turn of [1, 2]) {
    assert(!places.some((place) => place.startsWith(`${earlyId}/${turn}/`)));
  }
  policies.dispose();
});

Deno.test("updatePolicies() trains discussions that stopped early on consensus", async () => {
  const algorithm = algorithmOf({ turnGroups: "all", trainGroups: ["all"] });
  const policies = policiesOf(algorithm);
  const discussions = await discuss(policies, { consensusFraction: 0 });
  assert(discussions.some(({ discussion }) => discussion.lastTurn < NUM_TURNS - 1), "some stop");
  const groups = await update(policies, discussions, algorithm);
  const numHeld = discussions.flatMap(({ discussion }) => discussion.answersTA.flat()).length;
  assertEquals(groups.get("shared/all")!.rows.length, numHeld);
  policies.dispose();
});

Deno.test("updatePolicies() and a discussion leak no tensors and no native memory", async () => {
  const algorithm = algorithmOf({
    turnGroups: "per_turn",
    trainGroups: ["turn_1", "turn_2"],
    shareAgents: false,
  });
  const policies = policiesOf(algorithm);
  const once = async () => {
    await update(policies, await discuss(policies), algorithm);
  };
  const numTensors = tf.memory().numTensors;
  await assertNoLeak(once);
  const blocks = numHeapBlocks();
  await once();
  assertEquals(numHeapBlocks(), blocks);
  assertEquals(tf.memory().numTensors, numTensors);
  policies.dispose();
});
