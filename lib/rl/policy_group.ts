/**
 * What is trained together: the parameters of some agents at some turns, and what they are made from.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import { type LanguageModel, LoraAdapter, type TensorValues } from "../models/mod.ts";
import { AdamW, type AdamWOptions, type Optimizer } from "../optim/mod.ts";
import { type Critic, type CriticOptions, makeCritic } from "./critic.ts";

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

/** Values of an adapter's weights by PEFT name. */
export type AdapterValues = ReadonlyMap<string, TensorValues>;

/** An agent of training, as far as its parameters go. */
export interface PolicySeat {
  /** What answers, with an adapter where it is trained. */
  readonly model: LanguageModel;
  /** Temperature that its answers are sampled with. */
  readonly temperature: number;
  /** Whether it is not trained at any turn. */
  readonly frozen: boolean;
  /** Name of its parameters, such as `shared` or `agent_1`; seats that share them give the same. */
  readonly parameters: string;
  /**
   * Policies that it begins with, by turn group, of the rank and scale of this run; in other turns, and
   * everywhere without any, it begins with the base model. Seats that share parameters give the same map.
   */
  readonly initial?: ReadonlyMap<string, AdapterValues> | undefined;
}

/** Settings of a {@link PolicySet}. */
export interface PolicySetOptions {
  /** Turns of training. */
  readonly numTurns: number;
  /** How turns share parameters. */
  readonly turnGroups: TurnGrouping;
  /** Turn groups that are trained; the others stay what their seats begin with. */
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
  /**
   * The base model; with the adapter off it is the reference policy, also of a policy that begins with
   * trained parameters: two runs, one after the other, are paid for what one run of both would be.
   */
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

/**
 * Makes an adapter of values that somebody else keeps.
 *
 * @param name Its name.
 * @param values Values by PEFT name; they are copied.
 * @param options Base model, rank and scale.
 * @returns The adapter; the caller disposes it.
 */
export function copyAdapter(
  name: string,
  values: AdapterValues,
  { model, lora }: Pick<PolicySeat, "model"> & Pick<PolicySetOptions, "lora">,
): LoraAdapter {
  // A backend may keep the array that a tensor is made of.
  const copies = new Map(
    [...values].map(([key, { values, shape }]) => [key, { values: values.slice(), shape }]),
  );
  return LoraAdapter.fromValues(model.decoder.config, { name, ...lora }, copies);
}

/**
 * Makes the parameters of a group: an adapter that begins as its seat does, and a new critic, as values
 * are of other rewards and other partners.
 *
 * @param seat One of the seats that share them.
 * @param options LoRA, optimiser and critic.
 * @param group Its key, agents and turns, and its stream of random numbers.
 * @returns The group; the caller disposes it.
 */
export function makeGroup(
  { model, temperature, initial }: PolicySeat,
  options: PolicySetOptions,
  { place, random }: {
    readonly place: Pick<PolicyGroup, "key" | "agents" | "turnGroup">;
    readonly random: Random;
  },
): PolicyGroup {
  const { numTurns, turnGroups, lora, adam } = options;
  const freshAdapter = (role: string) =>
    LoraAdapter.initialize(model.decoder.config, {
      name: `${place.key}/${role}`,
      ...lora,
      random: random.split(role),
    });
  const { hiddenSize } = model.decoder.config;
  const values = initial?.get(place.turnGroup);
  const policy = values
    ? copyAdapter(`${place.key}/policy`, values, { model, lora })
    : freshAdapter("policy");
  const params = policyParams(policy);
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
      ? { critic: makeCritic(freshAdapter("value"), options.critic, { hiddenSize, turns, adam }) }
      : {}),
  };
}

/**
 * The variables of a policy.
 *
 * @param policy The adapter.
 * @returns By name: `policy.…`.
 */
export function policyParams(policy: LoraAdapter): Map<string, tf.Variable> {
  return new Map([...policy.weights].map(([name, variable]) => [`policy.${name}`, variable]));
}
