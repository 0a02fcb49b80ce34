import { ConfigError } from "../lib/core/mod.ts";
import type { SettingsLayer } from "../lib/tracking/mod.ts";

/** What is read of a run of the method. */
interface MethodSizes {
  readonly algorithm: { readonly updates: number; readonly questionsPerUpdate: number };
  readonly evaluation: {
    readonly numQuestions: number;
    readonly every: number;
    readonly baselines: { readonly maxAnswers: number };
  };
}

const evaluated = (
  { numQuestions, baselines }: Pick<MethodSizes["evaluation"], "numQuestions" | "baselines">,
) => ({
  numQuestions: Math.min(numQuestions, 20),
  baselines: { maxAnswers: Math.min(Math.ceil(baselines.maxAnswers / 3), 16) },
});

const ofMethod = ({ algorithm, evaluation }: MethodSizes): SettingsLayer => ({
  // What trains nothing has no questions to leave out.
  ...(algorithm.updates === 0 ? {} : {
    algorithm: {
      updates: Math.min(algorithm.updates, 2),
      questionsPerUpdate: Math.max(4, Math.ceil(algorithm.questionsPerUpdate / 8)),
      numPpoEpochs: 1,
    },
  }),
  evaluation: { ...evaluated(evaluation), every: Math.min(evaluation.every, 1) },
});

/** What is read of a run of supervised training. */
interface SupervisedSizes extends Pick<MethodSizes, "evaluation"> {
  readonly imitation: { readonly questions: number; readonly trainedTokens: number };
}

const ofSupervised = ({ imitation, evaluation }: SupervisedSizes): SettingsLayer => ({
  imitation: {
    questions: Math.min(imitation.questions, 40),
    trainedTokens: Math.min(imitation.trainedTokens, 2000),
    updates: 2,
  },
  evaluation: evaluated(evaluation),
});

const ofPretraining = ({ measure }: { readonly measure: string | null }): SettingsLayer =>
  // Who measures a model says itself how many questions it is asked.
  measure !== null ? {} : {
    legs: [20, 30],
    warmupSteps: 5,
    corpus: { solutionSteps: 10 },
    evaluateEvery: 30,
    evaluationQuestions: 16,
  };

/** What is read of a run that trains a verifier. */
interface VerifierSizes {
  readonly questions: number;
  readonly heldOutQuestions: number;
}

const ofVerifiers = ({ questions, heldOutQuestions }: VerifierSizes): SettingsLayer => ({
  questions: Math.min(Math.ceil(questions / 5), 100),
  heldOutQuestions: Math.max(2, Math.min(Math.ceil(heldOutQuestions / 5), 40)),
  epochs: 1,
  warmupSteps: 0,
});

const BY_SCRIPT: Readonly<Record<string, (config: never) => SettingsLayer>> = {
  maporl: ofMethod,
  supervised: ofSupervised,
  pretrain: ofPretraining,
  train_verifier: ofVerifiers,
};

/**
 * Budgets so small that all results are made in about half an hour on two cores: enough to see every table filled, and
 * nothing to be concluded from.
 *
 * @param script Name of the script.
 * @returns Gives the settings that are laid over a full configuration.
 * @throws {ConfigError} If there are none for the script.
 */
export function quickSettings(script: string): (config: object) => SettingsLayer {
  const settings = BY_SCRIPT[script];
  if (settings === undefined) {
    throw new ConfigError(
      `Cannot make ${script} quick as small budgets must be known for it: they are for ` +
        Object.keys(BY_SCRIPT).join(", "),
      { thing: "--quick", remedy: "Leave --quick out, and lower single sizes with --set" },
    );
  }
  return (config) => settings(config as never);
}
