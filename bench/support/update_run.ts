/**
 * MAPoRL without a run's folder: settings and models, put together from the same parts as in
 * `experiments/maporl/run.ts`.
 *
 * @module
 */
import { Random, resolveConfig } from "../../lib/core/mod.ts";
import type { Discussion } from "../../lib/discussion/mod.ts";
import { PolicySet } from "../../lib/rl/mod.ts";
import { silentProgress } from "../../lib/tracking/mod.ts";
import {
  discussionRounds,
  loadRunParts,
  policySetOptions,
  rewardDiscussions,
  type RewardedDiscussion,
  rewardOptionsOf,
  type RunParts,
  updatePolicies,
  updateSchedule,
} from "../../lib/training/mod.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms as arithmetic } from "../../experiments/arithmetic/arms.ts";
import { arms as smollm2 } from "../../experiments/smollm2/arms.ts";

/** Settings with which answers cost no time to score, so that sampling alone is measured. */
export const ORACLE: readonly string[] = ["verifier.kind=oracle"];

/** The first update of an experiment, which can be measured again and again. */
export interface UpdateRun {
  /** Its settings. */
  readonly config: MaporlConfig;
  /** Its task and models. */
  readonly parts: RunParts;
  /** Fresh adapters, critics and optimisers; the caller disposes them. */
  freshPolicies(): PolicySet;
  /** Discussions of its first questions, the same ones every time; without policies off the shelf. */
  discuss(policies?: PolicySet): Promise<Discussion[]>;
  /** Pays the answers. */
  reward(discussions: readonly Discussion[]): RewardedDiscussion[];
  /** Trains the policies on them. */
  update(policies: PolicySet, rewarded: readonly RewardedDiscussion[]): Promise<void>;
}

/**
 * Loads the arithmetic experiment's models on the device that is running.
 *
 * @param sets Settings that differ, such as `discussion.numTurns=2`.
 * @returns Its first update; the caller disposes `parts`.
 */
export async function loadArithmetic(sets: readonly string[] = []): Promise<UpdateRun> {
  return await loadUpdate(resolveConfig(maporlSchema, [arithmetic.settings], sets));
}

/** Answers of the real model, which end after as many tokens. */
const REAL_UPDATE = [
  "discussion.numAgents=2",
  "discussion.numTurns=2",
  "sampling.maxNewTokens=64",
  "algorithm.questionsPerUpdate=8",
  "algorithm.turnGroups=all",
  "algorithm.trainGroups=[all]",
  "algorithm.loraR=8",
  "algorithm.loraAlpha=16",
  "algorithm.numPpoEpochs=1",
  "algorithm.maxBatchTokens=4096",
];

/**
 * Loads a small update of the experiment with a real model: 8 questions, 2 agents, 2 turns, LoRA of rank 8; the
 * oracle scores.
 *
 * @param path The model.
 * @returns Its first update; the caller disposes `parts`.
 */
export async function loadRealUpdate(path: string): Promise<UpdateRun> {
  const sets = [...ORACLE, ...REAL_UPDATE, `base=${path}`];
  return await loadUpdate(resolveConfig(maporlSchema, [smollm2.settings], sets));
}

async function loadUpdate(config: MaporlConfig): Promise<UpdateRun> {
  const { algorithm, discussion, sampling } = config;
  const parts = await loadRunParts(config, { run: { checkInputs() {} }, seed: 0 });
  const { signal } = new AbortController();
  const discuss = discussionRounds({ progress: silentProgress, signal, log() {} }, config, parts);
  const random = Random.fromSeed(0);
  const streams = random.split("update", 0);
  return {
    config,
    parts,
    freshPolicies: () =>
      PolicySet.initialize(
        parts.seats,
        policySetOptions(algorithm, discussion.numTurns),
        random.split("policies"),
      ),
    async discuss(policies) {
      const round = {
        questions: parts.questions({ count: algorithm.questionsPerUpdate }),
        policies,
        update: 0,
        random: streams.split("discussion"),
      };
      return (await discuss("discussing", round)).discussions;
    },
    reward: (discussions) => rewardDiscussions(discussions, rewardOptionsOf(config, parts.seats)),
    async update(policies, rewarded) {
      await updatePolicies(policies, rewarded, {
        ...updateSchedule(policies, config)(0),
        algorithm,
        maxNewTokens: sampling.maxNewTokens,
        random: streams.split("ppo"),
      });
    },
  };
}
