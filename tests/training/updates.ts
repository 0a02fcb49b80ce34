/**
 * What the tests of updates share: a tiny decoder, its policies, discussions with rewards.
 *
 * @module
 */
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import type { Scorer } from "../../lib/discussion/mod.ts";
import type { PolicySet } from "../../lib/rl/mod.ts";
import {
  type AlgorithmConfig,
  algorithmSchema,
  countUpdates,
  discussionSchema,
  holdDiscussions,
  makeSeats,
  policySetOptions,
  rewardDiscussions,
  type RewardedDiscussion,
  rewardSchema,
  samplingSchema,
  updatePolicies,
} from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { testPolicies } from "../support/policy_seats.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

await startTestDevice();

/** A and T. */
export const [NUM_AGENTS, NUM_TURNS] = [3, 3];
const task = makeArithmetic({ seed: 0, difficulty: 1 });
/** Questions of every update. */
export const questions = takeQuestions(task.questions("train"), { count: 4 });
/** Text format of the small world. */
export const text = smallWorldText;
/** A random base model. */
export const decoder = smallWorldDecoder();
const model = { ...text, name: "random", decoder };
/** How agents sample: at most five tokens. */
export const sampling = resolveConfig(samplingSchema, [{ maxNewTokens: 5 }], []);
const reward = resolveCompat(resolveConfig(rewardSchema, [{}], []));

/** Finds everything half right, so that any answer can be agreed on. */
const UNDECIDED: Scorer = {
  name: "undecided",
  score: ({ length }) => Promise.resolve(new Float64Array(length).fill(0.5)),
};

/** Tiny settings with changes. */
export function algorithmOf(changes: object): AlgorithmConfig {
  const tiny = { loraR: 2, loraAlpha: 4, numPpoEpochs: 2, numMiniBatches: 2, updates: 3 };
  return resolveCompat(resolveConfig(algorithmSchema, [{ ...tiny, ...changes }], []));
}

/** Fresh policies of all agents and turns. */
export function policiesOf(
  algorithm: AlgorithmConfig,
  frozenAgents: readonly number[] = [],
): PolicySet {
  return testPolicies(decoder, {
    ...policySetOptions(algorithm, NUM_TURNS),
    numAgents: NUM_AGENTS,
    shareAgents: algorithm.shareAgents,
    frozenAgents,
    temperature: sampling.temperature,
  }, Random.fromSeed(6));
}

/** Discussions of a batch; unless `equal`, every answer earns something else. */
export async function discuss(
  policies: PolicySet,
  options: { equal?: boolean; consensusFraction?: number } = {},
): Promise<RewardedDiscussion[]> {
  const { equal = false, consensusFraction = null } = options;
  const discussion = resolveConfig(
    discussionSchema,
    [{ numAgents: NUM_AGENTS, numTurns: NUM_TURNS, consensusFraction, consensusReward: 0 }],
    [],
  );
  const discussions = await holdDiscussions(
    { task, format: text.format, discussion, reward },
    {
      questions,
      seats: makeSeats(
        Array(NUM_AGENTS).fill({ model, temperature: sampling.temperature, scorer: UNDECIDED }),
        { sampling, policies },
      ),
      numTurns: NUM_TURNS,
      update: 0,
      random: Random.fromSeed(8),
    },
  );
  const rewarded = rewardDiscussions(discussions, {
    reward,
    numTurns: NUM_TURNS,
    tokenizerOf: () => text.tokenizer,
    trainsFirstTurn: true,
  });
  const random = Random.fromSeed(10);
  return rewarded.map(({ parts, ...rest }) => {
    const totalTA = parts.totalTA.map((row) => row.map(() => equal ? 1 : random.normal()));
    return { ...rest, parts: { ...parts, totalTA } };
  });
}

/** One update from discussions. */
export function update(
  policies: PolicySet,
  discussions: RewardedDiscussion[],
  algorithm: AlgorithmConfig,
  { turns = [0, 1, 2], update = 0, turnsOf = () => turns }: {
    turns?: readonly number[];
    update?: number;
    turnsOf?: (update: number) => readonly number[];
  } = {},
) {
  return updatePolicies(policies, discussions, {
    algorithm,
    maxNewTokens: sampling.maxNewTokens,
    turns: turnsOf(update),
    updatesOf: (group) =>
      countUpdates(algorithm.updates, (index) => policies.keysAt(turnsOf(index)))(group, update),
    random: Random.fromSeed(9),
  });
}
