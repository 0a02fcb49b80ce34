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
import type { InitialPolicies } from "./initial_policies.ts";
import { hasCritic, type PolicySeat, type PolicySetOptions, turnGroup } from "../rl/mod.ts";
import type { SeatChoice } from "./seat_choices.ts";
import type { AlgorithmConfig, DiscussionConfig } from "./schemas.ts";

/**
 * The agents of training with their parameters.
 *
 * @param seats Shape [A], who sits where.
 * @param modelOf The base model of a folder.
 * @param initial Shape [A], what they begin with; undefined = the base model, as all do where it is left out.
 * @returns Shape [A].
 */
export function policySeats(
  seats: readonly SeatChoice[],
  modelOf: (base: string) => LanguageModel,
  initial: readonly (InitialPolicies | undefined)[] = [],
): PolicySeat[] {
  return seats.map(({ base, temperature, frozen, parameters }, agent) => ({
    model: modelOf(base),
    temperature,
    frozen,
    parameters,
    initial: initial[agent],
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

/** The sections that {@link numPolicyWeights} reads. */
export interface TrainedSettings {
  /** Updates, trained turn groups, LoRA and critics. */
  readonly algorithm: AlgorithmConfig;
  /** Turns. */
  readonly discussion: Pick<DiscussionConfig, "numTurns">;
}

/**
 * How many weights a run trains: adapters of policies and critics, and the critics' heads.
 *
 * @param settings Turns, LoRA and critics.
 * @param seats Shape [A], whose parameters they are.
 * @param modelOf Sizes of the base model of a folder.
 * @returns Their number; 0 without an update.
 */
export function numPolicyWeights(
  settings: TrainedSettings,
  seats: readonly SeatChoice[],
  modelOf: (base: string) => DecoderConfig,
): number {
  if (settings.algorithm.updates === 0) return 0;
  const baseByParameters = new Map(
    seats.filter(({ frozen }) => !frozen).map(({ parameters, base }) => [parameters, base]),
  );
  return [...baseByParameters.values()]
    .reduce((sum, base) => sum + weightsOfSeat(settings, modelOf(base)), 0);
}

/** Weights of one set of parameters: those of all its turn groups. */
function weightsOfSeat({ algorithm, discussion }: TrainedSettings, model: DecoderConfig): number {
  const turns = Array.from({ length: discussion.numTurns }, (_, turn) => turn);
  const lora = numLoraWeights(model, algorithm.loraR);
  const head = model.hiddenSize + (algorithm.criticBias ? 1 : 0);
  return [...new Set(algorithm.trainGroups)].reduce((sum, name) => {
    const own = turns.filter((turn) => turnGroup(turn, algorithm.turnGroups) === name);
    const critic = lora + head * (algorithm.criticPerTurn ? own.length : 1);
    return sum + (hasCritic(algorithm.credit, algorithm.vfCoef) ? lora + critic : lora);
  }, 0);
}
