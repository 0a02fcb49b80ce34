/**
 * Which parameters answer at which turn: policies keyed by (agent, turn group) (spec §12).
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import { type DecoderConfig, LoraAdapter, ScalarHead } from "../models/mod.ts";
import { AdamW } from "../optim/mod.ts";

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

/** Settings of a {@link PolicySet}. */
export interface PolicySetOptions {
  /** Agents of training. */
  readonly numAgents: number;
  /** Turns of training. */
  readonly numTurns: number;
  /** One set of parameters for all agents, or one each. */
  readonly shareAgents: boolean;
  /** How turns share parameters. */
  readonly turnGroups: TurnGrouping;
  /** Turn groups that are trained; the others answer with the base model. */
  readonly trainGroups: readonly string[];
  /** Agents that answer with the base model at every turn. */
  readonly frozenAgents: readonly number[];
  /** LoRA of policies and values: rank, alpha (scale = alpha / r) and projections. */
  readonly lora: {
    readonly r: number;
    readonly alpha: number;
    readonly targetModules: readonly string[];
  };
  /** AdamW settings. */
  readonly adam: {
    readonly betas: readonly [number, number];
    readonly eps: number;
    readonly weightDecay: number;
  };
}

/** The trained parameters of one (agent, turn group) with their optimiser. */
export interface PolicyGroup {
  /** `<shared | agent_a>/<turn group>`. */
  readonly key: string;
  /** The policy: base model plus this adapter. */
  readonly adapter: LoraAdapter;
  /** Trunk of the value function: base model plus this adapter (spec §12). */
  readonly valueAdapter: LoraAdapter;
  /** Linear layer D → 1 on the value trunk; starts at zero, trained. */
  readonly valueHead: ScalarHead;
  /** Every trained variable by name: `policy.…`, `value.…`, `value_head.…`. */
  readonly params: ReadonlyMap<string, tf.Variable>;
  /** One optimiser over `params`. */
  readonly optimizer: AdamW;
}

/** All trained parameter groups of a run; finds the one for an agent and turn. */
export class PolicySet {
  /** Settings it was made with. */
  readonly options: PolicySetOptions;
  /** By key, in a fixed order. */
  readonly groups: ReadonlyMap<string, PolicyGroup>;

  private constructor(options: PolicySetOptions, groups: ReadonlyMap<string, PolicyGroup>) {
    this.options = options;
    this.groups = groups;
  }

  /**
   * Fresh adapters (B = 0, so every policy starts as the base model) and zero value heads.
   *
   * @param config The decoder that they adapt.
   * @param options Sharing, trained groups, LoRA and optimiser settings.
   * @param random One stream per group.
   * @returns The set; the caller disposes it. Without groups or agents to train it is empty: the base
   * model answers everywhere.
   * @throws {RangeError} If a trained group does not exist.
   */
  static initialize(config: DecoderConfig, options: PolicySetOptions, random: Random): PolicySet {
    const existing = new Set(
      Array.from({ length: options.numTurns }, (_, turn) => turnGroup(turn, options.turnGroups)),
    );
    for (const group of options.trainGroups) {
      if (existing.has(group)) continue;
      throw new RangeError(
        `Cannot train turn group "${group}" as turnGroups "${options.turnGroups}" with ${options.numTurns} turns ` +
          `has only: ${[...existing].join(", ")}`,
      );
    }
    const groups = new Map<string, PolicyGroup>();
    for (let agent = 0; agent < options.numAgents; agent++) {
      if (options.frozenAgents.includes(agent)) continue;
      for (const group of options.trainGroups) {
        const key = groupKey(options, agent, group);
        if (!groups.has(key)) {
          groups.set(key, makeGroup(config, key, options, random.split(key)));
        }
      }
    }
    return new PolicySet(options, groups);
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
    const trained = agent % this.options.numAgents;
    if (this.options.frozenAgents.includes(trained)) return undefined;
    const name = turnGroup(turn, this.options.turnGroups);
    return this.groups.get(groupKey(this.options, trained, name));
  }

  /**
   * The groups that answer at some of these turns, and so are trained when they are.
   *
   * @param turns 0-based turns.
   * @returns Their keys.
   */
  keysAt(turns: readonly number[]): Set<string> {
    const agents = [...Array(this.options.numAgents).keys()];
    const groups = turns.flatMap((turn) => agents.map((agent) => this.group(agent, turn)));
    return new Set(groups.flatMap((group) => group ? [group.key] : []));
  }

  /** Every variable of every group, named `<key>/<name>`, for checkpoints. */
  variables(): Map<string, tf.Variable> {
    const all = new Map<string, tf.Variable>();
    for (const [key, { params }] of this.groups) {
      for (const [name, variable] of params) all.set(`${key}/${name}`, variable);
    }
    return all;
  }

  /** Every group's optimiser by key, for checkpoints. */
  optimizers(): Map<string, AdamW> {
    return new Map([...this.groups].map(([key, { optimizer }]) => [key, optimizer]));
  }

  /** Frees adapters, heads and optimiser state. */
  dispose(): void {
    for (const { adapter, valueAdapter, valueHead, optimizer } of this.groups.values()) {
      for (const part of [adapter, valueAdapter, valueHead, optimizer]) part.dispose();
    }
  }
}

function groupKey(options: PolicySetOptions, agent: number, group: string): string {
  return `${options.shareAgents ? "shared" : `agent_${agent}`}/${group}`;
}

function makeGroup(
  config: DecoderConfig,
  key: string,
  options: PolicySetOptions,
  random: Random,
): PolicyGroup {
  const { r, alpha, targetModules } = options.lora;
  const make = (role: string) =>
    LoraAdapter.initialize(config, {
      name: `${key}/${role}`,
      r,
      alpha,
      targetModules,
      random: random.split(role),
    });
  const adapter = make("policy");
  const valueAdapter = make("value");
  const valueHead = ScalarHead.initialize(config.hiddenSize, {
    name: "value_head",
    bias: false,
  });
  const params = new Map<string, tf.Variable>();
  for (const [name, variable] of adapter.weights) params.set(`policy.${name}`, variable);
  for (const [name, variable] of valueAdapter.weights) params.set(`value.${name}`, variable);
  for (const [name, variable] of valueHead.weights) params.set(name, variable); // value_head.weight
  const { betas, eps, weightDecay } = options.adam;
  const optimizer = new AdamW(params, { betas: [betas[0], betas[1]], eps, weightDecay });
  return { key, adapter, valueAdapter, valueHead, params, optimizer };
}
