/**
 * Who answers with which parameters, from the settings of an experiment.
 *
 * @module
 */
import type { LanguageModel } from "../models/mod.ts";
import { PROJECTIONS } from "../models/mod.ts";
import { hasCritic, type PolicySeat, type PolicySetOptions } from "../rl/mod.ts";
import { temperaturesOf } from "./make_agents.ts";
import type { AlgorithmConfig, DiscussionConfig, SamplingConfig } from "./settings.ts";

/** The sections that {@link policySeats} reads. */
export interface SeatSettings {
  /** Agents, and their temperatures if they differ. */
  readonly discussion: DiscussionConfig;
  /** The temperature of all others. */
  readonly sampling: SamplingConfig;
  /** Who is frozen, and whether the others share parameters. */
  readonly algorithm: AlgorithmConfig;
}

/**
 * The agents of training with their parameters.
 *
 * @param model The model of all agents.
 * @param settings Agents, temperatures, sharing.
 * @returns Shape [A].
 */
export function policySeats(
  model: LanguageModel,
  { discussion, sampling, algorithm }: SeatSettings,
): PolicySeat[] {
  const temperatures = temperaturesOf({ discussion, sampling }, discussion.numAgents);
  return temperatures.map((temperature, agent) => ({
    model,
    temperature,
    frozen: algorithm.frozenAgents.includes(agent),
    parameters: algorithm.shareAgents ? "shared" : `agent_${agent}`,
  }));
}

/**
 * What the parameters of a run are made with.
 *
 * @param algorithm Trained groups, LoRA, optimiser, credit and critic.
 * @param numTurns Turns of training.
 * @returns Settings of `PolicySet.initialize()`.
 */
export function policySetOptions(algorithm: AlgorithmConfig, numTurns: number): PolicySetOptions {
  const { turnGroups, trainGroups, loraR, loraAlpha, betas, eps, weightDecay } = algorithm;
  return {
    numTurns,
    turnGroups,
    trainGroups,
    lora: { r: loraR, alpha: loraAlpha, targetModules: PROJECTIONS },
    adam: { betas, eps, weightDecay },
    critic: hasCritic(algorithm.credit, algorithm.vfCoef)
      ? { perTurn: algorithm.criticPerTurn, bias: algorithm.criticBias }
      : null,
  };
}
