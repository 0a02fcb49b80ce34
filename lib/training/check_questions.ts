/**
 * Whether a run's tasks have the questions that it asks.
 *
 * @module
 */
import { checkNeeds, type Task } from "../tasks/mod.ts";
import type { AlgorithmConfig, EvaluationConfig } from "./schemas.ts";

/** Settings that say how many questions are asked. */
export interface AskingConfig {
  /** Questions of training. */
  readonly algorithm: Pick<AlgorithmConfig, "updates" | "questionsPerUpdate">;
  /** Questions of evaluations. */
  readonly evaluation: Pick<EvaluationConfig, "numQuestions" | "every">;
}

/**
 * The splits that evaluations ask.
 *
 * @param config The run's settings.
 * @returns `test`, and `validation` where there is an evaluation between two updates.
 */
export function evaluatedSplits(
  { algorithm: { updates }, evaluation: { every } }: AskingConfig,
): readonly ("test" | "validation")[] {
  return every > 0 && every < updates ? ["test", "validation"] : ["test"];
}

/**
 * Refuses a run that asks for more questions than there are.
 *
 * @param config How many: each question is trained on once.
 * @param tasks The tasks of training and of the evaluation.
 * @throws {ConfigError} If a split is missing or has too few, naming the setting.
 */
export function checkQuestions(
  config: AskingConfig,
  { trained, evaluated }: { readonly trained: Task; readonly evaluated: Task },
): void {
  const { algorithm, evaluation } = config;
  const { updates: value, questionsPerUpdate: each } = algorithm;
  checkNeeds(trained, [{ split: "train", setting: "algorithm.updates", value, each }]);
  const asked = { setting: "evaluation.numQuestions", value: evaluation.numQuestions };
  const every = { asker: `evaluation.every=${evaluation.every}` };
  const needs = evaluatedSplits(config)
    .map((split) => ({ ...asked, split, ...(split === "validation" ? every : {}) }));
  checkNeeds(evaluated, needs);
}
