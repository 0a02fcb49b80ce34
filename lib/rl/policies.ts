/**
 * Which parameters answer at which turn: policies keyed by (agent, turn group).
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import { type LanguageModel, LoraAdapter } from "../models/mod.ts";
import { AdamW, type AdamWOptions, type Optimizer } from "../optim/mod.ts";
import { type Critic, type CriticOptions, disposeCritic, makeCritic } from "./critic.ts";

/**
 * How turns share parameters: one set for all of them, the first turn apart from the rest (the
 * paper's Experiment 1, in which the first turn stays the base model), or one set per turn.
 */
export type TurnGrouping = "all" | "first_vs_rest" | "per_turn";

/**
 * Name of the turn group that a turn belongs to.
 *
 * @param turn 0-based turn.
 * @param grouping How turns share parameters.
 * @returns `all`, `first` or `rest`, or `turn_<t>`.
 */
export function turnGroup(turn: number, grouping: TurnGrouping): string {
  if (grouping === "all") return "all";
  if (grouping === "per_turn") return `turn_${turn}`;
  return turn === 0 ? "first" : "rest";
}

/** An agent of training, as far as its parameters go. */
export interface PolicySeat {
  /** What answers, with an adapter where it is trained. */
  readonly model: LanguageModel;
  /** Temperature that its answers are sampled with. */
  readonly temperature: number;
  /** Whether the base model answers at every turn. */
  readonly frozen: boolean;
  /** Name of its parameters, such as `shared` or `agent_1`; seats that share them give the same. */
  readonly parameters: string;
}

/** Settings of a {@link PolicySet}. */
export interface PolicySetOptions {
  /** Turns of training. */
  readonly numTurns: number;
  /** How turns share parameters. */
  readonly turnGroups: TurnGrouping;
  /** Turn groups that are trained; the others answer with the base model. */
  readonly trainGroups: readonly string[];
  /** LoRA of policies and critics: rank, alpha (scale = alpha / r) and projections. */
  readonly lora: {
    readonly r: number;
    readonly alpha: number;
    readonly targetModules: readonly string[];
  };
  /** AdamW settings of policies and critics. */
  readonly adam: AdamWOptions;
  /** The critic of every group; null = none, as the credit asks for no values. */
  readonly critic: CriticOptions | null;
}

/** The trained parameters of some agents at some turns, with their optimiser. */
export interface PolicyGroup {
  /** `<parameters of its seats>/<turn group>`, such as `shared/rest` or `agent_1/all`. */
  readonly key: string;
  /** The base model; with the adapter off it is the reference policy. */
  readonly model: LanguageModel;
  /** 0-based agents of training that answer with them, ascending. */
  readonly agents: readonly number[];
  /** Turns that they answer at, see {@link turnGroup}. */
  readonly turnGroup: string;
  /** Temperature that their answers are sampled with; divides all logits. */
  readonly temperature: number;
  /** The policy: base model plus this adapter. */
  readonly policy: LoraAdapter;
  /** The policy's variables by name: `policy.…`. */
  readonly params: ReadonlyMap<string, tf.Variable>;
  /** Of the policy's variables. */
  readonly optimizer: Optimizer;
  /** The value function, where the credit asks for values. */
  readonly critic?: Critic;
}

/**
 * Every trained variable of a group.
 *
 * @param group Policy and critic.
 * @returns By name: `policy.…`, `value.…`, `value_head.…`.
 */
export function groupParams({ params, critic }: PolicyGroup): Map<string, tf.Variable> {
  return new Map([...params, ...critic?.params ?? []]);
}

/** All trained parameter groups of a run; finds the one for an agent and turn. */
export class PolicySet {
  /** The agents of training. */
  readonly seats: readonly PolicySeat[];
  /** By key, in a fixed order. */
  readonly groups: ReadonlyMap<string, PolicyGroup>;
  readonly #options: PolicySetOptions;

  private constructor(
    seats: readonly PolicySeat[],
    options: PolicySetOptions,
    groups: ReadonlyMap<string, PolicyGroup>,
  ) {
    this.seats = seats;
    this.#options = options;
    this.groups = groups;
  }

  /**
   * Fresh adapters (B = 0, so every policy starts as its base model) and critics.
   *
   * @param seats The agents of training. Those that share parameters have one model and temperature.
   * @param options Trained groups, LoRA, optimiser and critics.
   * @param random One stream per group.
   * @returns The set; the caller disposes it. Without groups or agents to train it is empty: the base
   * model answers everywhere.
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
   * The trained group that answers for an agent at a turn. With more agents than in training,
   * agent a uses the parameters of agent a modulo the number trained.
   *
   * @param agent 0-based agent.
   * @param turn 0-based turn.
   * @returns The group, or undefined where the base model answers.
   */
  group(agent: number, turn: number): PolicyGroup | undefined {
    const seat = this.seats[agent % this.seats.length];
    if (seat === undefined || seat.frozen) return undefined;
    return this.groups.get(`${seat.parameters}/${turnGroup(turn, this.#options.turnGroups)}`);
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

  /** Every variable of every group, named `<key>/<name>`, for checkpoints. */
  variables(): Map<string, tf.Variable> {
    const all = new Map<string, tf.Variable>();
    for (const [key, group] of this.groups) {
      for (const [name, variable] of groupParams(group)) all.set(`${key}/${name}`, variable);
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
  }
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

/** An adapter fits one base model, and log-probabilities are those at one temperature. */
function checkShared(one: PolicySeat, other: PolicySeat): void {
  if (one.model === other.model && one.temperature === other.temperature) return;
  throw new RangeError(
    `Cannot share the parameters ${one.parameters} as seats that do must have one model and temperature: ` +
      `got ${one.model.name} at ${one.temperature} and ${other.model.name} at ${other.temperature}`,
  );
}

function makeGroup(
  { model, temperature }: PolicySeat,
  options: PolicySetOptions,
  { place, random }: {
    readonly place: Pick<PolicyGroup, "key" | "agents" | "turnGroup">;
    readonly random: Random;
  },
): PolicyGroup {
  const { numTurns, turnGroups, lora, adam } = options;
  const adapterOf = (role: string) =>
    LoraAdapter.initialize(model.decoder.config, {
      name: `${place.key}/${role}`,
      ...lora,
      random: random.split(role),
    });
  const { hiddenSize } = model.decoder.config;
  const policy = adapterOf("policy");
  const params = new Map(
    [...policy.weights].map(([name, variable]) => [`policy.${name}`, variable]),
  );
  const turns = [...Array(numTurns).keys()]
    .filter((turn) => turnGroup(turn, turnGroups) === place.turnGroup);
  return {
    ...place,
    model,
    temperature,
    policy,
    params,
    optimizer: new AdamW(params, adam),
    ...(options.critic
      ? { critic: makeCritic(adapterOf("value"), options.critic, { hiddenSize, turns, adam }) }
      : {}),
  };
}
