/**
 * What a run trains, small, with random numbers in place of training.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/mod.ts";
import { makeVariable } from "../../lib/models/mod.ts";
import { AdamW, Muon, type Optimizer } from "../../lib/optim/mod.ts";
import type { RunState, TrainedState } from "../../lib/training/mod.ts";
import { snapshot } from "../rl/ppo_toys.ts";

/** Two groups with an optimiser each, after some steps. */
export function trainedState(seed: number, numSteps: number): TrainedState {
  const random = Random.fromSeed(seed);
  const variable = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b);
    return makeVariable(Float32Array.from({ length: size }, () => random.normal()), shape);
  };
  const groups: [string, Map<string, tf.Variable>][] = [
    ["shared/rest", new Map([["policy.a", variable([2, 3])], ["value.b", variable([4])]])],
    ["base", new Map([["layers.0.q_proj.weight", variable([3, 2])], ["norm", variable([3])]])],
  ];
  const betas: [number, number] = [0.9, 0.95];
  const optimizers = new Map<string, Optimizer>([
    [groups[0]![0], new AdamW(groups[0]![1], { betas, eps: 1e-8, weightDecay: 0 })],
    [
      groups[1]![0],
      new Muon(groups[1]![1], { momentum: 0.9, weightDecay: 0, adamRatio: 1, betas, eps: 1e-8 }),
    ],
  ]);
  for (let step = 0; step < numSteps; step++) {
    for (const [key, params] of groups) {
      tf.tidy(() => {
        const grads = new Map([...params].map(([name, { shape, size }]) => {
          const values = Float32Array.from({ length: size }, () => random.normal());
          return [name, tf.tensor(values, shape)] as const;
        }));
        optimizers.get(key)!.step(grads, 0.01);
      });
    }
  }
  const variables = new Map(
    groups.flatMap(([key, params]) =>
      [...params].map(([name, variable]) => [`${key}/${name}`, variable] as const)
    ),
  );
  return { variables, optimizers };
}

export function free({ variables, optimizers }: TrainedState): void {
  tf.dispose([...variables.values()]);
  for (const optimizer of optimizers.values()) optimizer.dispose();
}

export async function numbersOf({ variables, optimizers }: TrainedState) {
  const moments = new Map(
    [...optimizers].flatMap(([key, optimizer]) =>
      [...optimizer.tensors()].map(([name, tensor]) => [`${key} ${name}`, tensor] as const)
    ),
  );
  return {
    variables: await snapshot(variables),
    moments: await snapshot(moments),
    steps: [...optimizers].map(([key, { stepCount }]) => [key, stepCount]),
  };
}

export const stateOf = (update: number): RunState => ({ update });

export const listed = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

export const zeroGrads = (trained: TrainedState) => gradsOf(trained, tf.zeros);
export const onesGrads = (trained: TrainedState) => gradsOf(trained, tf.ones);

function gradsOf(
  { variables }: TrainedState,
  fill: (shape: number[]) => tf.Tensor,
): Map<string, tf.Tensor> {
  return new Map(
    [...variables].filter(([name]) => name.startsWith("base/"))
      .map(([name, { shape }]) => [name.slice("base/".length), fill(shape)]),
  );
}
