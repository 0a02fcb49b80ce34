import { assert, assertEquals } from "@std/assert";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import { OracleScorer } from "../../lib/discussion/mod.ts";
import {
  algorithmSchema,
  discussionSchema,
  forecastUpdates,
  holdDiscussions,
  makeSeats,
  policySetOptions,
  rewardDiscussions,
  rewardSchema,
  samplingSchema,
  updatePolicies,
} from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { testPolicies } from "../support/policy_seats.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

await startTestDevice();

Deno.test("forecastUpdates() foresees from two of four questions what updates take, within 20 %", async () => {
  const [numAgents, numTurns, numQuestions] = [2, 3, 4];
  const task = makeArithmetic({ seed: 0, difficulty: 1 });
  const decoder = smallWorldDecoder();
  const sampling = resolveConfig(samplingSchema, [{ maxNewTokens: 5 }], []);
  const reward = resolveCompat(resolveConfig(rewardSchema, [{}], []));
  const algorithm = resolveCompat(resolveConfig(algorithmSchema, [{
    ...{ loraR: 2, loraAlpha: 4, numPpoEpochs: 2, numMiniBatches: 2 },
    questionsPerUpdate: numQuestions,
  }], []));
  const policies = testPolicies(decoder, {
    ...policySetOptions(algorithm, numTurns),
    ...{ numAgents, shareAgents: true, frozenAgents: [], temperature: sampling.temperature },
  }, Random.fromSeed(6));
  const seat = {
    model: { ...smallWorldText, name: "random", decoder },
    temperature: sampling.temperature,
    scorer: new OracleScorer(task),
  };
  const discussions = rewardDiscussions(
    await holdDiscussions(
      {
        task,
        format: smallWorldText.format,
        reward,
        discussion: resolveConfig(discussionSchema, [{}], []),
      },
      {
        questions: takeQuestions(task.questions("train"), { count: numQuestions }),
        seats: makeSeats(Array(numAgents).fill(seat), { sampling, policies }),
        ...{ numTurns, update: 0, random: Random.fromSeed(8) },
      },
    ),
    { reward, numTurns, tokenizerOf: () => smallWorldText.tokenizer, trainsFirstTurn: true },
  );

  const options = {
    ...{ algorithm, maxNewTokens: sampling.maxNewTokens, turns: [0, 1, 2] },
    random: Random.fromSeed(3),
  };
  const known = discussions.slice(0, 2);
  const plans = forecastUpdates(policies, known, options);
  assertEquals([...plans.keys()], [...policies.groups.keys()]);
  // A quarter of the answers takes less: the sample is repeated, not taken for the whole.
  const fewer = { ...options, algorithm: { ...algorithm, questionsPerUpdate: 1 } };
  for (const [key, { peakBytes }] of forecastUpdates(policies, known, fewer)) {
    assert(peakBytes < plans.get(key)!.peakBytes);
  }
  const groups = await updatePolicies(policies, discussions, {
    ...options,
    updatesOf: () => ({ done: 0, total: algorithm.updates }),
  });
  for (const [key, { peakBytes, plan }] of groups) {
    const { peakBytes: predicted, maxBatchTokens } = plans.get(key)!;
    assertEquals(maxBatchTokens, plan.maxBatchTokens);
    if (peakBytes === null) continue; // only the processor tells
    assert(
      predicted > 0.8 * peakBytes && predicted < 1.2 * peakBytes,
      `${predicted}, ${peakBytes}`,
    );
  }
  policies.dispose();
  decoder.dispose();
});
