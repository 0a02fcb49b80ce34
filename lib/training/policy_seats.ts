/**
 * Who answers with which parameters, from the settings of an experiment.
 *
 * @module
 */
import {
  type DecoderConfig,
  type LanguageModel,
  numLoraWeights,
  PROJECTIONS,
} from "../models/mod.ts";
import { hasCritic, type PolicySeat, type PolicySetOptions, turnGroup } from "../rl/mod.ts";
import { temperaturesOf } from "./make_seats.ts";
import type { AlgorithmConfig, DiscussionConfig, SamplingConfig } from "./schemas.ts";

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

/**
 * How many weights a run trains: adapters of policies and critics, and the critics' heads.
 *
 * @param settings Agents, turns, sharing, LoRA and critics.
 * @param model Sizes of the model of all agents.
 * @returns Their number; 0 without an update.
 */
export function numPolicyWeights(
  { algorithm, discussion }: Pick<SeatSettings, "algorithm" | "discussion">,
  model: DecoderConfig,
): number {
  if (algorithm.updates === 0) return 0;
  const numAgents = discussion.numAgents - new Set(algorithm.frozenAgents).size;
  const turns = Array.from({ length: discussion.numTurns }, (_, turn) => turn);
  const lora = numLoraWeights(model, algorithm.loraR);
  const head = model.hiddenSize + (algorithm.criticBias ? 1 : 0);
  return [...new Set(algorithm.trainGroups)].reduce((sum, name) => {
    const own = turns.filter((turn) => turnGroup(turn, algorithm.turnGroups) === name);
    const critic = lora + head * (algorithm.criticPerTurn ? own.length : 1);
    const policy = hasCritic(algorithm.credit, algorithm.vfCoef) ? lora + critic : lora;
    return sum + policy * (algorithm.shareAgents ? 1 : numAgents);
  }, 0);
}
