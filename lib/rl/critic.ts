/**
 * The value function of a parameter group: base model plus an adapter of its own, and a linear head.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type AdaptedDecoder,
  batchStates,
  type LoraAdapter,
  ScalarHead,
  type SequenceBatch,
} from "../models/mod.ts";
import { AdamW, type AdamWOptions, type Optimizer } from "../optim/mod.ts";

/** What kind of critic a group has. */
export interface CriticOptions {
  /** A head for each turn, so that the critic can tell turns apart; or one for all turns. */
  readonly perTurn: boolean;
  /** Whether heads have a bias, which starts at the mean return of the first update. */
  readonly bias: boolean;
}

/** What a critic is made for. */
export interface CriticSizes {
  /** Width of the model's states. */
  readonly hiddenSize: number;
  /** The turns that it judges. */
  readonly turns: readonly number[];
  /** Settings of its optimiser. */
  readonly adam: AdamWOptions;
}

/** A value function with its optimiser; it shares no parameter with the policy. */
export interface Critic {
  /** The trunk: base model plus this adapter. */
  readonly adapter: LoraAdapter;
  /** Linear layers D → 1 on the trunk, by turn; zero at first, one and the same for all turns or one each. */
  readonly heads: ReadonlyMap<number, ScalarHead>;
  /** Trained variables by name: `value.…` and `value_head.…`. */
  readonly params: ReadonlyMap<string, tf.Variable>;
  /** Of these variables. */
  readonly optimizer: Optimizer;
}

/**
 * A critic that says 0 to everything.
 *
 * @param adapter A fresh adapter, owned by the critic from now on.
 * @param options Heads and their bias.
 * @param sizes Width, the turns that it judges, and the settings of its optimiser.
 * @returns The critic; {@link disposeCritic} frees it.
 */
export function makeCritic(
  adapter: LoraAdapter,
  { perTurn, bias }: CriticOptions,
  { hiddenSize, turns, adam }: CriticSizes,
): Critic {
  const headOf = (name: string) => ScalarHead.initialize(hiddenSize, { name, bias });
  const shared = perTurn ? undefined : headOf("value_head");
  const heads = new Map(
    turns.map((turn) => [turn, shared ?? headOf(`value_head.turn_${turn}`)]),
  );
  const params = new Map<string, tf.Variable>();
  for (const [name, variable] of adapter.weights) params.set(`value.${name}`, variable);
  for (const { weights } of heads.values()) {
    for (const [name, variable] of weights) params.set(name, variable);
  }
  return { adapter, heads, params, optimizer: new AdamW(params, adam) };
}

/**
 * Values of the states before a batch's counted tokens, as a differentiable tensor.
 *
 * @param critic Adapter and heads.
 * @param model The base model, and how its backward pass computes.
 * @param states The batch, of which N tokens count, and the turn of each of them, shape [N].
 * @returns Shape [N], in units of the reward.
 * @throws {RangeError} If a turn is not the critic's.
 */
export function criticValues(
  { adapter, heads }: Critic,
  model: Omit<AdaptedDecoder, "adapter">,
  { batch, turns }: { readonly batch: SequenceBatch; readonly turns: Int32Array },
): tf.Tensor1D {
  const states = batchStates({ ...model, adapter }, batch, batch.sources); // [N, D]
  const foreign = turns.find((turn) => !heads.has(turn));
  if (foreign !== undefined) {
    throw new RangeError(
      `Cannot value turn ${foreign} as the critic's are: ${[...heads.keys()].join(", ")}`,
    );
  }
  if (turns.length === 0) return tf.tensor1d([]);
  const turnsOf = [...Map.groupBy(heads, ([, head]) => head)]
    .map(([head, entries]) => ({ head, own: new Set(entries.map(([turn]) => turn)) }));
  if (turnsOf.length === 1) return turnsOf[0]!.head.forward(states);
  // Every head reads every state, and the one of the state's turn counts: gradients of the others are 0.
  const masked = turnsOf.map(({ head, own }) =>
    head.forward(states)
      .mul(tf.tensor1d(Float32Array.from(turns, (turn) => own.has(turn) ? 1 : 0)))
  );
  return tf.addN(masked) as tf.Tensor1D;
}

/**
 * Starts the biases of a critic that has not taken a step at the mean of what it is to predict. From 0
 * the first steps, each no longer than the learning rate, would go into the level alone.
 *
 * @param critic Changed in place; one without biases, or with a step behind it, stays as it is.
 * @param targets Turn of every answer, and the returns of its states.
 */
export function startBiases(
  { heads, optimizer }: Critic,
  targets: readonly { readonly turn: number; readonly returns: ArrayLike<number> }[],
): void {
  if (optimizer.stepCount > 0) return;
  for (const head of new Set(heads.values())) {
    const bias = head.weights.get(`${head.name}.bias`);
    const own = targets.filter(({ turn }) => heads.get(turn) === head);
    let sum = 0;
    let count = 0;
    for (const { returns } of own) {
      for (let i = 0; i < returns.length; i++) sum += returns[i]!;
      count += returns.length;
    }
    if (bias && count > 0) tf.tidy(() => bias.assign(tf.tensor1d([sum / count])));
  }
}

/**
 * Frees adapter, heads and optimiser state.
 *
 * @param critic Not used any more.
 */
export function disposeCritic({ adapter, heads, optimizer }: Critic): void {
  for (const part of [adapter, optimizer, ...new Set(heads.values())]) part.dispose();
}
