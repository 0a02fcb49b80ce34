import * as tf from "@tensorflow/tfjs";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random, resolveCompat } from "../../lib/core/mod.ts";
import {
  type Discussion,
  discussionCost,
  OracleScorer,
  withTokens,
} from "../../lib/discussion/mod.ts";
import { paddedFraction, reusedFraction, tokensPerSecond } from "../../lib/generation/mod.ts";
import { type Decoder, loadLanguageModel } from "../../lib/models/mod.ts";
import type { PolicySet } from "../../lib/rl/mod.ts";
import {
  discussionSchema,
  holdDiscussions,
  makeSeats,
  rewardSchema,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { scatter } from "../rl/ppo_toys.ts";
import { startTestDevice } from "../support/device.ts";
import { type TestPolicies, testPolicies } from "../support/policy_seats.ts";
import { numHeapBlocks, smallWorldDecoder } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const [NUM_AGENTS, NUM_TURNS] = [3, 3];
const task = makeArithmetic({ seed: 0, difficulty: 1 });

/** Trained adapters, so that turns and agents with parameters of their own answer differently. */
function policies(decoder: Decoder, changes: Partial<TestPolicies>): PolicySet {
  const set = testPolicies(decoder, {
    numAgents: NUM_AGENTS,
    numTurns: NUM_TURNS,
    shareAgents: true,
    turnGroups: "all",
    trainGroups: ["all"],
    frozenAgents: [],
    critic: null,
    lora: { r: 2, alpha: 2, targetModules: ["q_proj", "v_proj", "up_proj"] },
    adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
    ...changes,
  }, Random.fromSeed(2));
  scatter(set.variables(), 0.05);
  return set;
}

interface Rollout {
  readonly decoder: Decoder;
  readonly numQuestions: number;
  readonly policies?: PolicySet;
  readonly sampling: object;
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
}

function roll(
  { decoder, numQuestions, policies, sampling, signal, ...options }: Rollout,
): Promise<Discussion[]> {
  const settings = samplingSchema.parse(sampling);
  const seat = {
    model: { ...smallWorldText, name: "test", decoder },
    temperature: settings.temperature,
    scorer: new OracleScorer(task),
  };
  return holdDiscussions({
    task,
    format: smallWorldText.format,
    discussion: discussionSchema.parse({}),
    reward: resolveCompat(rewardSchema.parse({})),
    ...(signal ? { signal } : {}),
  }, {
    questions: takeQuestions(task.questions("train"), { count: numQuestions }),
    seats: makeSeats(Array(NUM_AGENTS).fill(seat), { sampling: settings, policies, signal }),
    numTurns: NUM_TURNS,
    update: 0,
    random: Random.fromSeed(4),
    ...options,
  });
}

/** Fails unless every token is the same, and its log-probability too but for rounding. */
function assertSameAnswers(actual: Discussion[], expected: Discussion[], what: string): void {
  for (const [q, { answersTA }] of expected.entries()) {
    for (const answer of answersTA.flat().map(withTokens)) {
      const other = withTokens(actual[q]!.answersTA[answer.turn]![answer.agent]!);
      const where = `${what}: question ${q}, turn ${answer.turn}, agent ${answer.agent}`;
      assertEquals([...other.promptTokens], [...answer.promptTokens], where);
      assertEquals([...other.tokens], [...answer.tokens], where);
      assertEquals(other.finished, answer.finished, where);
      assertClose(other.logProbs, answer.logProbs, 1e-4);
    }
  }
}

const SHARING: readonly [string, Partial<TestPolicies>][] = [
  ["one set of parameters", {}],
  ["the first turn apart", { turnGroups: "first_vs_rest", trainGroups: ["rest"] }],
  ["parameters per turn", {
    turnGroups: "per_turn",
    trainGroups: ["turn_0", "turn_1", "turn_2"],
  }],
  ["agents of their own", { shareAgents: false, frozenAgents: [1] }],
];

for (const [name, changes] of SHARING) {
  Deno.test(`holdDiscussions() samples the same tokens with and without known prefixes: ${name}`, async () => {
    const { decoder } = await loadLanguageModel("data/checkpoints/arithmetic/base");
    const set = policies(decoder, changes);
    const rollout = { decoder, numQuestions: 7, policies: set };
    const expected = await roll({ ...rollout, sampling: { prefixMegabytes: 0 } });
    for (
      const sampling of [{}, { maxRows: 7 }, { maxRows: 2 }, { prefixMegabytes: 2, maxRows: 8 }]
    ) {
      const actual = await roll({ ...rollout, sampling });
      assertSameAnswers(actual, expected, `${name}, ${JSON.stringify(sampling)}`);
      assert(discussionCost(actual).reusedTokens > 0, `${name}: nothing was reused`);
    }
    set.dispose();
    decoder.dispose();
  });
}

Deno.test("holdDiscussions() samples the same tokens when answers never end by themselves", async () => {
  const decoder = smallWorldDecoder();
  const rollout = { decoder, numQuestions: 6 };
  const sampling = { maxNewTokens: 9, temperature: 0.9 };
  const expected = await roll({ ...rollout, sampling: { ...sampling, prefixMegabytes: 0 } });
  const actual = await roll({ ...rollout, sampling });
  assertSameAnswers(actual, expected, "small world");
  decoder.dispose();
});

Deno.test("holdDiscussions() copies what it has computed before, and counts it", async () => {
  const { decoder } = await loadLanguageModel("data/checkpoints/arithmetic/base");
  const rollout = { decoder, numQuestions: 12 };
  const count = async (sampling: object) => {
    const discussions = await roll({ ...rollout, sampling });
    return {
      cost: discussionCost(discussions),
      answers: discussions.flatMap(({ answersTA }) => answersTA.flat().map(withTokens)),
    };
  };
  const without = await count({ prefixMegabytes: 0 });
  const prompts = without.answers.reduce((sum, { promptTokens }) => sum + promptTokens.length, 0);
  const tokens = without.answers.reduce((sum, answer) => sum + answer.tokens.length, 0);
  assertEquals(without.cost.promptTokens, prompts);
  assertEquals(without.cost.newTokens, tokens);
  assertEquals(reusedFraction(without.cost), 0);
  const { computedTokens, paddedTokens } = without.cost;
  assertEquals(computedTokens - paddedTokens, prompts);
  const { cost } = await count({});
  assertEquals([cost.promptTokens, cost.newTokens], [prompts, tokens]);
  // Of a prompt of turn t, turn t-1 leaves its prompt and answer: more than half over the three turns.
  const [reused, padded] = [reusedFraction(cost), paddedFraction(cost)];
  assert(reused > 0.5 && reused < 1, `${reused}`);
  assert(padded >= 0 && padded < 0.1, `${padded}`);
  assert(tokensPerSecond(cost) > 0);
  decoder.dispose();
});

Deno.test("holdDiscussions() frees what it kept, when it ends and when it is stopped", async () => {
  const decoder = smallWorldDecoder();
  const rollout = { decoder, numQuestions: 4, sampling: { maxNewTokens: 4 } };
  await assertNoLeak(() => roll(rollout));
  const [blocks, { numTensors }] = [numHeapBlocks(), tf.memory()];
  await roll(rollout);
  assertEquals(numHeapBlocks(), blocks);
  const controller = new AbortController();
  const reason = new RangeError("enough");
  await assertRejects(
    () =>
      roll({
        ...rollout,
        signal: controller.signal,
        onProgress: () => controller.abort(reason), // after the first turn, with its rows kept
      }),
    Error,
    "enough",
  );
  assertEquals(tf.memory().numTensors, numTensors);
  assertEquals(numHeapBlocks(), blocks);
  decoder.dispose();
});
