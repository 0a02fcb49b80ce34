import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate } from "../../lib/generation/mod.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import { type PolicyGroup, type PolicyRow, type PpoStats, ppoUpdate } from "../../lib/rl/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { onlyGroup, ppoOptions, tinyPolicies } from "./ppo_toys.ts";

await startTestDevice();

/** States of norm √8 times rows of this size: large enough for a probability near 1. */
const SHARP = { initializerRange: 0.7 };
const NUM_ROWS = 48;
const [EASY, HARD, WANTED] = [3, 4, 5]; // two prompts, and the token that is rewarded

/**
 * A bandit with two contexts: one token is answered and pays 1 if it is the wanted one, and the easy
 * prompt pays 2 besides, which the critic can see and the policy cannot change.
 */
async function sampleRows(decoder: Decoder, group: PolicyGroup, round: number) {
  const prompts = Array.from(
    { length: NUM_ROWS },
    (_, i) => Int32Array.of(2, i % 2 === 0 ? EASY : HARD),
  );
  const answers = await generate(decoder, prompts, {
    adapter: group.policy,
    maxNewTokens: 1,
    temperature: 1,
    topK: 0,
    topP: 1,
    randoms: prompts.map((_, i) => Random.fromSeed(71).split(round, i)),
  });
  return answers.map(({ tokens }, question): PolicyRow => ({
    question: String(question),
    sample: 0,
    agent: 0,
    turn: 0,
    promptTokens: prompts[question]!,
    valuePromptTokens: prompts[question]!,
    tokens,
    reward: (tokens[0] === WANTED ? 1 : 0) + (question % 2 === 0 ? 2 : 0),
  }));
}

Deno.test("ppoUpdate() makes the rewarded token likely and its critic explain the returns", async () => {
  const decoder = tinyDecoder(SHARP);
  const policies = tinyPolicies(decoder, { numAgents: 1, numTurns: 1 });
  const group = onlyGroup(policies);
  const history: PpoStats[] = [];
  const shares: number[] = [];
  for (let round = 0; round < 12; round++) {
    const rows = await sampleRows(decoder, group, round);
    shares.push(rows.filter(({ tokens }) => tokens[0] === WANTED).length / NUM_ROWS);
    const { stats } = await ppoUpdate(group, rows, {
      ...ppoOptions({
        maxNewTokens: 1,
        numPpoEpochs: 4,
        numMiniBatches: 2,
        learningRate: () => 3e-2,
        vfCoef: 0.5,
      }),
    });
    history.push(stats);
  }
  assert(shares[0]! < 0.45, `chance to begin with: ${shares}`);
  assert(shares.at(-1)! > 0.85, `${shares}`);
  assertEquals(history[0]!.explainedVariance, 0); // a fresh critic says 0 to everything
  assert(history.at(-1)!.explainedVariance! > 0.8, `${history.at(-1)!.explainedVariance}`);
  assert(history.at(-1)!.entropy < history[0]!.entropy);
  assert(history.at(-1)!.refKl > 0.3, "it has moved away from the base model");
  policies.dispose();
  decoder.dispose();
});

Deno.test("ppoUpdate() with a high price of divergence stays near the base model", async () => {
  const divergence: number[] = [];
  for (const klCoef of [0, 3]) {
    const decoder = tinyDecoder(SHARP);
    const policies = tinyPolicies(decoder, { numAgents: 1, numTurns: 1 });
    const group = onlyGroup(policies);
    let last = 0;
    for (let round = 0; round < 6; round++) {
      const { stats } = await ppoUpdate(group, await sampleRows(decoder, group, round), {
        ...ppoOptions({
          maxNewTokens: 1,
          numPpoEpochs: 2,
          numMiniBatches: 2,
          learningRate: () => 3e-2,
          klCoef,
        }),
      });
      last = stats.refKl;
    }
    divergence.push(last);
    policies.dispose();
    decoder.dispose();
  }
  const [free, priced] = divergence;
  assert(priced! < free! / 3, `${free} against ${priced}`);
  assertEquals(tf.memory().numTensors, 0);
});
