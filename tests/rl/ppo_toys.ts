/**
 * What the tests of PPO updates share: tiny policies, answers, settings.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import type { Optimizer } from "../../lib/optim/mod.ts";
import {
  type CreditCoefficients,
  gaeCredit,
  type PolicyGroup,
  type PolicyRow,
  type PolicySet,
  type PpoOptions,
} from "../../lib/rl/mod.ts";
import { type TestPolicies, testPolicies } from "../support/policy_seats.ts";

/** What may be changed: settings of the update, and of its credit by generalised advantages. */
export type ToyChanges = Partial<PpoOptions & CreditCoefficients>;

/** Settings in which nothing but the policy gradient acts: no KL, no discount, no clipping of norms. */
export function ppoOptions(changes: ToyChanges = {}): PpoOptions {
  const options = {
    vfCoef: 0.1,
    klCoef: 0,
    klEstimator: "k1" as const,
    klLossCoef: 0,
    gamma: 1,
    gaeLambda: 1,
    whitenRewards: false,
    whitenAdvantages: true,
    compat: "paper" as const,
    maxNewTokens: 6,
    maxBatchTokens: 1000,
    numPpoEpochs: 1,
    numMiniBatches: 1,
    lossAggregation: "mean" as const,
    learningRate: () => 1e-2,
    cliprange: 0.2,
    cliprangeValue: null,
    samplingMismatch: "refuse" as const,
    samplingTolerance: null,
    importanceSamplingCap: 2,
    maxGradNorm: Infinity,
    gradientCheckpointing: false,
    memoryBudget: null,
    random: Random.fromSeed(3),
    ...changes,
  };
  return {
    credit: gaeCredit({ ...options, hasCritic: options.vfCoef > 0 }),
    numCriticEpochs: options.numPpoEpochs,
    criticLearningRate: options.learningRate,
    criticMaxGradNorm: options.maxGradNorm,
    ...options,
  };
}

/** Fresh policies of rank 2; two agents, three turns and one set of parameters unless changed. */
export function tinyPolicies(decoder: Decoder, changes: Partial<TestPolicies> = {}): PolicySet {
  return testPolicies(decoder, {
    numAgents: 2,
    numTurns: 3,
    shareAgents: true,
    turnGroups: "all",
    trainGroups: ["all"],
    frozenAgents: [],
    critic: { perTurn: false, bias: false },
    lora: { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj", "down_proj"] },
    adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
    ...changes,
  }, Random.fromSeed(21));
}

/** The only group of a set. */
export function onlyGroup(policies: PolicySet): PolicyGroup {
  const groups = [...policies.groups.values()];
  if (groups.length !== 1) throw new RangeError(`Cannot choose as there are ${groups.length}`);
  return groups[0]!;
}

/** Gives every variable random values, so that no factor of zero hides a mistake. */
export function scatter(params: ReadonlyMap<string, tf.Variable>, scale: number): void {
  const random = Random.fromSeed(31);
  for (const [name, variable] of params) {
    const stream = random.split(name);
    const values = Float32Array.from({ length: variable.size }, () => scale * stream.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** Random answers of one to five tokens; question q has one answer of each agent at each turn. */
export function randomRows(
  options: { numQuestions: number; numAgents: number; turns: readonly number[] },
): PolicyRow[] {
  const rows: PolicyRow[] = [];
  for (let question = 0; question < options.numQuestions; question++) {
    for (let agent = 0; agent < options.numAgents; agent++) {
      for (const turn of options.turns) {
        const random = Random.fromSeed(41).split(question, agent, turn);
        const ids = (length: number) => Int32Array.from({ length }, () => random.integer(2, 11));
        rows.push({
          question: String(question),
          sample: 0,
          agent,
          turn,
          promptTokens: ids(2 + turn),
          valuePromptTokens: ids(2),
          tokens: ids(random.integer(1, 6)),
          reward: random.normal(),
        });
      }
    }
  }
  return rows;
}

/** Copies of all values. */
export async function snapshot(
  params: ReadonlyMap<string, tf.Variable>,
): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const [name, variable] of params) {
    values.set(name, Float32Array.from(await variable.data()));
  }
  return values;
}

/** Names of the variables whose values differ from an earlier snapshot. */
export async function changedSince(
  before: ReadonlyMap<string, Float32Array>,
  params: ReadonlyMap<string, tf.Variable>,
): Promise<string[]> {
  const after = await snapshot(params);
  return [...after].filter(([name, values]) => {
    const old = before.get(name)!;
    return values.some((value, i) => value !== old[i]);
  }).map(([name]) => name);
}

/**
 * Stands in for the optimisers of policy and critic: keeps the gradients of their last steps and changes no
 * parameter.
 */
export class GradRecorder {
  readonly #grads = new Map<string, tf.Tensor>();

  /** @param afterFirst Called once, when the policy has taken its first step, the last of the two. */
  constructor(readonly afterFirst: () => void = () => {}) {}

  /** Keeps the gradients of a step. */
  step(grads: ReadonlyMap<string, tf.Tensor>): void {
    for (const [name, grad] of grads) {
      this.#grads.get(name)?.dispose();
      this.#grads.set(name, grad.clone());
    }
  }

  /** Reads the gradients of the last step and frees them; a GPU answers later. */
  async take(): Promise<Map<string, Float32Array>> {
    const values = new Map<string, Float32Array>();
    for (const [name, grad] of this.#grads) {
      values.set(name, Float32Array.from(await grad.data()));
      grad.dispose();
    }
    this.#grads.clear();
    return values;
  }
}

/** A group whose optimisers only hand their gradients on. */
export function recorded(group: PolicyGroup, recorder: GradRecorder): PolicyGroup {
  const standIn = (afterFirst: () => void): Optimizer => {
    let stepCount = 0;
    const { optimizer } = group;
    return {
      get stepCount() {
        return stepCount;
      },
      step(grads) {
        recorder.step(grads);
        if (stepCount++ === 0) afterFirst();
      },
      tensors: () => optimizer.tensors(),
      loadState: (state) => optimizer.loadState(state),
      dispose: () => {},
    };
  };
  return {
    ...group,
    optimizer: standIn(recorder.afterFirst),
    critic: { ...group.critic!, optimizer: standIn(() => {}) },
  };
}
