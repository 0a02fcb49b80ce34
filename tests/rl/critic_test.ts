import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import {
  groupParams,
  type PolicyRow,
  type PpoOptions,
  ppoRows,
  type PpoStats,
  ppoUpdate,
  rlooCredit,
} from "../../lib/rl/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import type { TestPolicies } from "../support/policy_seats.ts";
import {
  changedSince,
  onlyGroup,
  ppoOptions,
  randomRows,
  snapshot,
  tinyPolicies,
  type ToyChanges,
} from "./ppo_toys.ts";

await startTestDevice();

/** Answers whose reward is told by the prompt's last token and by the turn, around a level of 5. */
function predictableRows(): PolicyRow[] {
  const random = Random.fromSeed(4);
  return Array.from({ length: 64 }, (_, i) => {
    const kind = random.integer(2, 6);
    const promptTokens = Int32Array.of(2, random.integer(2, 11), kind);
    const turn = i % 2;
    return {
      ...{ question: String(i), sample: 0, agent: 0, turn },
      promptTokens,
      valuePromptTokens: promptTokens,
      tokens: Int32Array.of(random.integer(2, 11)),
      reward: 5 + (turn === 0 ? 1 : -1) * (kind - 3.5),
    };
  });
}

/** Trains on the same rows over and over, at no policy step that would matter. */
async function history(
  critic: TestPolicies["critic"],
  changes: ToyChanges,
  numUpdates: number,
): Promise<PpoStats[]> {
  const decoder = tinyDecoder({ initializerRange: 0.7 });
  const policies = tinyPolicies(decoder, { numAgents: 1, numTurns: 2, critic });
  const stats: PpoStats[] = [];
  for (let update = 0; update < numUpdates; update++) {
    const options: PpoOptions = {
      ...ppoOptions({ maxNewTokens: 1, numMiniBatches: 4, ...changes }),
      learningRate: () => 1e-6,
    };
    stats.push((await ppoUpdate(onlyGroup(policies), predictableRows(), options)).stats);
  }
  policies.dispose();
  decoder.dispose();
  return stats;
}

Deno.test("a critic with a bias, a head per turn and passes of its own learns predictable returns", async () => {
  const own = {
    criticLearningRate: () => 3e-2,
    numCriticEpochs: 8,
    criticMaxGradNorm: 10,
    vfCoef: 0.5,
  };
  const full = await history({ perTurn: true, bias: true }, own, 5);
  const last = full.at(-1)!.explainedVariance!;
  // To begin with it says the mean of each turn, and these are nearly the same.
  assert(Math.abs(full[0]!.explainedVariance!) < 0.1, `${full[0]!.explainedVariance}`);
  assert(last > 0.7, `${last}`);
  // One pass in each update, at the policy's rate, without bias: what it spends on the level is missing.
  const plain = { criticLearningRate: () => 1e-3, numCriticEpochs: 1, vfCoef: 0.5 };
  const poor = (await history({ perTurn: false, bias: false }, plain, 5)).at(-1)!;
  assert(poor.explainedVariance! < 0.2, `${poor.explainedVariance}`);
});

Deno.test("the critic's bias starts at the mean Monte-Carlo return of each head's first answers", async () => {
  const decoder = tinyDecoder();
  for (const perTurn of [false, true]) {
    const critic = { perTurn, bias: true };
    const policies = tinyPolicies(decoder, { numAgents: 1, numTurns: 2, critic });
    const rows = predictableRows().map((row) => ({ ...row, reward: row.turn === 0 ? 2 : 8 }));
    const prepared = await ppoRows(onlyGroup(policies), rows, ppoOptions({ maxNewTokens: 1 }));
    for (const { row, values } of prepared) {
      // Means: 2 of turn 0, 8 of turn 1, 5 of both.
      assertAlmostEquals(values!.oldValues[0]!, perTurn ? row.reward : 5, 1e-6);
    }
    policies.dispose();
  }
  decoder.dispose();
});

Deno.test("a critic with a head per turn learns from batches without answers of some turn: after a consensus", async () => {
  const decoder = tinyDecoder();
  const critic = { perTurn: true, bias: true };
  const policies = tinyPolicies(decoder, { numAgents: 1, numTurns: 3, critic });
  const group = onlyGroup(policies);
  const params = groupParams(group);
  const before = await snapshot(params);
  // Turns 0 and 1 in micro-batches of one answer each, none of turn 2.
  const options = { ...ppoOptions({ maxNewTokens: 1, numMiniBatches: 1 }), maxBatchTokens: 4 };
  const { stats } = await ppoUpdate(group, predictableRows(), options);
  assert(Number.isFinite(stats.valueLoss));
  const heads = (await changedSince(before, params)).filter((name) =>
    name.startsWith("value_head")
  );
  const learnt = ["turn_0.bias", "turn_0.weight", "turn_1.bias", "turn_1.weight"];
  assertEquals(heads.sort(), learnt.map((name) => `value_head.${name}`));
  policies.dispose();
  decoder.dispose();
  assertEquals(tf.memory().numTensors, 0);
});

Deno.test("a credit without values has no critic: nothing of it is made, computed or reported", async () => {
  const decoder: Decoder = tinyDecoder();
  const policies = tinyPolicies(decoder, { critic: null });
  const group = onlyGroup(policies);
  assertEquals([...groupParams(group).keys()].filter((name) => name.startsWith("value")), []);
  const rows = [0, 1].flatMap((sample) =>
    randomRows({ numQuestions: 4, numAgents: 2, turns: [1, 2] })
      .map((row, i) => ({ ...row, sample, reward: row.reward + sample * (i % 3) }))
  );
  const before = await snapshot(groupParams(group));
  const options = { ...ppoOptions(), credit: rlooCredit({ klCoef: 0 }) };
  const { stats } = await ppoUpdate(group, rows, options);
  assertEquals(
    [stats.valueLoss, stats.valueClipFrac, stats.valueGradNorm, stats.explainedVariance],
    [null, null, null, null],
  );
  assert((await changedSince(before, groupParams(group))).length > 0);
  for (const row of await ppoRows(group, rows, options)) {
    assertEquals([row.valueSequence, row.values], [undefined, undefined]);
  }
  policies.dispose();
  decoder.dispose();
  assertEquals(tf.memory().numTensors, 0);
});
