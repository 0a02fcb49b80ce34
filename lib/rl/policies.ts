/**
 * Which parameters answer at which turn: policies keyed by (agent, turn group).
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import type { LoraAdapter } from "../models/mod.ts";
import type { Optimizer } from "../optim/mod.ts";
import { disposeCritic } from "./critic.ts";
import {
  type AdapterValues,
  copyAdapter,
  groupParams,
  makeGroup,
  type PolicyGroup,
  policyParams,
  type PolicySeat,
  type PolicySetOptions,
  turnGroup,
} from "./policy_group.ts";

/**
 * Where checkpoints keep what a seat answers with and never learns, see {@link PolicySet.variables}.
 *
 * @param agent 0-based agent of training.
 * @returns A name that no trained parameters have, such as `seat-1`.
 */
export function untrainedParameters(agent: number): string {
  return `seat-${agent}`;
}

/** Says which parameters answer. */
export interface Adapters {
  /**
   * What an agent answers with at a turn.
   *
   * @param agent 0-based agent.
   * @param turn 0-based turn.
   * @returns The adapter, or undefined where the base model answers.
   */
  adapter(agent: number, turn: number): LoraAdapter | undefined;
}

/**
 * Lets the parameters of one turn answer at every turn, such as those of a later turn the bare question.
 *
 * @param adapters Which parameters answer.
 * @param turn 0-based turn whose parameters answer.
 * @returns Which parameters answer then.
 */
export function adaptersOfTurn(adapters: Adapters, turn: number): Adapters {
  return { adapter: (agent) => adapters.adapter(agent, turn) };
}

/** All trained parameter groups of a run; finds the one for an agent and turn. */
export class PolicySet implements Adapters {
  /** The agents of training. */
  readonly seats: readonly PolicySeat[];
  /** By key, in a fixed order. */
  readonly groups: ReadonlyMap<string, PolicyGroup>;
  /** What seats begin with and do not train, by `seat-<agent>/<turn group>`; one adapter may be there twice. */
  readonly #untrained: ReadonlyMap<string, LoraAdapter>;
  readonly #options: PolicySetOptions;

  private constructor(
    seats: readonly PolicySeat[],
    options: PolicySetOptions,
    groups: ReadonlyMap<string, PolicyGroup>,
  ) {
    this.seats = seats;
    this.#options = options;
    this.groups = groups;
    this.#untrained = makeUntrained(seats, options);
  }

  /**
   * Adapters and critics. Every policy begins as its seat does: as the base model (B = 0), or with the
   * parameters that are given.
   *
   * @param seats The agents of training. Those that share parameters have one model and temperature.
   * @param options Trained groups, LoRA, optimiser and critics.
   * @param random One stream per group.
   * @returns The set; the caller disposes it. Without groups or agents to train it has no group: all
   * answer with what they begin with.
   * @throws {RangeError} If a trained group does not exist, or seats share parameters that cannot.
   */
  static initialize(
    seats: readonly PolicySeat[],
    options: PolicySetOptions,
    random: Random,
  ): PolicySet {
    checkTrainGroups(options);
    const trained = [...seats.keys()].filter((agent) => !seats[agent]!.frozen);
    const groups = new Map<string, PolicyGroup>();
    for (const [parameters, agents] of Map.groupBy(trained, (a) => seats[a]!.parameters)) {
      const seat = seats[agents[0]!]!;
      for (const agent of agents) checkShared(seat, seats[agent]!);
      for (const name of new Set(options.trainGroups)) {
        const key = `${parameters}/${name}`;
        const place = { key, agents, turnGroup: name };
        groups.set(key, makeGroup(seat, options, { place, random: random.split(key) }));
      }
    }
    return new PolicySet(seats, options, groups);
  }

  /**
   * The group that is trained on the answers of an agent at a turn. With more agents than in training,
   * agent a uses the parameters of agent a modulo the number trained.
   *
   * @param agent 0-based agent.
   * @param turn 0-based turn.
   * @returns The group, or undefined where nothing is trained.
   */
  group(agent: number, turn: number): PolicyGroup | undefined {
    const seat = this.seats[agent % this.seats.length];
    if (seat === undefined || seat.frozen) return undefined;
    return this.groups.get(`${seat.parameters}/${turnGroup(turn, this.#options.turnGroups)}`);
  }

  /**
   * What an agent answers with at a turn, trained here or not.
   *
   * @param agent 0-based agent; those beyond training as in {@link PolicySet.group}.
   * @param turn 0-based turn.
   * @returns The adapter, or undefined where the base model answers.
   */
  adapter(agent: number, turn: number): LoraAdapter | undefined {
    const name = untrainedParameters(agent % this.seats.length);
    return this.group(agent, turn)?.policy ??
      this.#untrained.get(`${name}/${turnGroup(turn, this.#options.turnGroups)}`);
  }

  /** Whether some seat begins with trained parameters, so that before training it is not the base model. */
  get beginsTrained(): boolean {
    return this.seats.some(({ initial }) => initial !== undefined);
  }

  /**
   * The groups that answer at some of these turns, and so are trained when they are.
   *
   * @param turns 0-based turns.
   * @returns Their keys.
   */
  keysAt(turns: readonly number[]): Set<string> {
    const groups = turns.flatMap((turn) => this.seats.map((_, agent) => this.group(agent, turn)));
    return new Set(groups.flatMap((group) => group ? [group.key] : []));
  }

  /**
   * Every variable, for checkpoints: those of groups are named `<key>/<name>`; what a seat begins with and
   * does not train, `seat-<agent>/<turn group>/<name>`, so that a checkpoint holds all that answers.
   */
  variables(): Map<string, tf.Variable> {
    const all = new Map<string, tf.Variable>();
    for (const [key, group] of this.groups) {
      for (const [name, variable] of groupParams(group)) all.set(`${key}/${name}`, variable);
    }
    for (const [key, adapter] of this.#untrained) {
      for (const [name, variable] of policyParams(adapter)) all.set(`${key}/${name}`, variable);
    }
    return all;
  }

  /** Every optimiser, named `<key>/policy` and `<key>/critic`, for checkpoints. */
  optimizers(): Map<string, Optimizer> {
    const all = new Map<string, Optimizer>();
    for (const [key, { optimizer, critic }] of this.groups) {
      all.set(`${key}/policy`, optimizer);
      if (critic) all.set(`${key}/critic`, critic.optimizer);
    }
    return all;
  }

  /** Frees adapters, heads and optimiser state; the models stay the caller's. */
  dispose(): void {
    for (const { policy, optimizer, critic } of this.groups.values()) {
      policy.dispose();
      optimizer.dispose();
      if (critic) disposeCritic(critic);
    }
    for (const adapter of new Set(this.#untrained.values())) adapter.dispose();
  }
}

/** Adapters of turns that seats begin trained in and are not trained in here. */
function makeUntrained(
  seats: readonly PolicySeat[],
  { lora, trainGroups }: PolicySetOptions,
): Map<string, LoraAdapter> {
  const made = new Map<AdapterValues, LoraAdapter>(); // agents that answer alike share batches
  const untrained = new Map<string, LoraAdapter>();
  for (const [agent, { model, frozen, initial = new Map() }] of seats.entries()) {
    for (const [group, values] of initial) {
      if (!frozen && trainGroups.includes(group)) continue;
      const key = `${untrainedParameters(agent)}/${group}`;
      const adapter = made.get(values) ?? copyAdapter(key, values, { model, lora });
      made.set(values, adapter);
      untrained.set(key, adapter);
    }
  }
  return untrained;
}

function checkTrainGroups({ numTurns, turnGroups, trainGroups }: PolicySetOptions): void {
  const existing = new Set(
    Array.from({ length: numTurns }, (_, turn) => turnGroup(turn, turnGroups)),
  );
  for (const group of trainGroups) {
    if (existing.has(group)) continue;
    throw new RangeError(
      `Cannot train turn group "${group}" as turnGroups "${turnGroups}" with ${numTurns} turns ` +
        `has only: ${[...existing].join(", ")}`,
    );
  }
}

/** An adapter fits one base model, has one beginning, and log-probabilities are those at one temperature. */
function checkShared(one: PolicySeat, other: PolicySeat): void {
  if (one.initial !== other.initial) {
    throw new RangeError(
      `Cannot share the parameters ${one.parameters} as seats that do must have one initial policy: got two`,
    );
  }
  if (one.model === other.model && one.temperature === other.temperature) return;
  throw new RangeError(
    `Cannot share the parameters ${one.parameters} as seats that do must have one model and temperature: ` +
      `got ${one.model.name} at ${one.temperature} and ${other.model.name} at ${other.temperature}`,
  );
}
