/**
 * What the tests of the verifier share: answers that can be told apart, a base model, parameters.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import { AdamW } from "../../lib/optim/mod.ts";
import {
  type LabelledAnswer,
  makeVerifierParameters,
  NO_CALIBRATION,
  Verifier,
  type VerifierLora,
  type VerifierModel,
  type VerifierTrainingOptions,
  verifierVariables,
} from "../../lib/verifier/mod.ts";

const task = makeArithmetic({ seed: 0, difficulty: 1 });

/** Adapter of tests. */
export const LORA: VerifierLora = {
  r: 2,
  alpha: 4,
  targetModules: ["q_proj", "v_proj", "up_proj"],
};

/**
 * One right and one wrong answer to each question. The wrong ones have `-` where the right ones have
 * `+`, often enough that a random decoder's last state shows it.
 */
export function toyAnswers(from: number, numQuestions: number): LabelledAnswer[] {
  return takeQuestions(task.questions("verifier"), { from, count: numQuestions })
    .flatMap((question) => {
      const random = Random.fromSeed(12).split(question.id);
      return [true, false].map((correct) => {
        const signs = new Array(random.integer(8, 12)).fill(correct ? "+" : "-");
        const solution = `${signs.join(" ")} \\boxed{${random.integer(10, 50)}}`;
        return { question, solution, correct, count: 1 };
      });
    });
}

/** Gives the variables random values, so that scores differ. */
export function scatterVerifier(model: VerifierModel): void {
  const random = Random.fromSeed(13);
  for (const [name, variable] of verifierVariables(model)) {
    const stream = random.split(name);
    const values = Float32Array.from({ length: variable.size }, () => 0.4 * stream.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** A fresh verifier on a base model. */
export function makeVerifier(decoder: Decoder, lora: VerifierLora | null): Verifier {
  const parameters = makeVerifierParameters(decoder, lora, Random.fromSeed(14));
  return new Verifier({
    decoder,
    ...parameters,
    text: smallWorldText,
    calibration: NO_CALIBRATION,
    tasks: ["arithmetic"],
  });
}

/** Training settings; the optimiser is the caller's to dispose. */
export function trainingOptions(
  model: VerifierModel,
  changes: Partial<VerifierTrainingOptions> = {},
): VerifierTrainingOptions {
  const adam = { betas: [0.9, 0.95] as [number, number], eps: 1e-8, weightDecay: 0 };
  return {
    optimizer: new AdamW(verifierVariables(model), adam),
    learningRate: () => 3e-2,
    epochs: 1,
    batchSize: 16,
    tokens: "latter_half",
    maxGradNorm: 1,
    maxBatchTokens: 4096,
    random: Random.fromSeed(15),
    text: smallWorldText,
    ...changes,
  };
}
